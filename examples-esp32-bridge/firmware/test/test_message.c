/* Messages up, commands down, and what is remembered of them. */
#include "peer.h"

static void renew(void) {
  peer_wait(300);
  peer_invite();
  peer_listen();
  peer_welcome();
  peer_listen();
}

static void publish_result_freesTheSlotAndIsTold(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "21.5"));
  CHECK(!moor_idle(&peer.device));
  peer_listen();
  const heard_t *publish = peer_heard(MOOR_PUBLISH);
  CHECK(publish != NULL && publish->length == 24 && memcmp(publish->payload, "\1\16\0\0\0\1telemetry/temp21.5", 24) == 0);
  peer.ack = 2;
  peer_result(1, MOOR_ACCEPTED);
  CHECK_NUMBER(1, peer.result_count);
  CHECK_NUMBER(1, peer.results[0].number);
  CHECK(moor_idle(&peer.device));
}

static void publish_resultBeforeTheAck_isTakenOnce(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "a"));
  peer_listen();
  peer_result(1, MOOR_ACCEPTED);
  CHECK_NUMBER(1, peer.result_count);
  CHECK(!moor_idle(&peer.device));
  peer_result(1, MOOR_ACCEPTED);
  CHECK_NUMBER(1, peer.result_count);
  peer_ack(2, 8);
  CHECK(moor_idle(&peer.device));
}

static void publish_withoutResult_isSentAgainInTheNextSession_inOrder(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "a"));
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "b"));
  peer_listen();
  peer_ack(3, 8);
  peer.ack = 1;
  renew();
  CHECK_NUMBER(2, peer_heard_count(MOOR_PUBLISH));
  CHECK_NUMBER(1, peer_heard(MOOR_PUBLISH)->seq);
  CHECK_NUMBER(1, moor_get32(peer_heard(MOOR_PUBLISH)->payload + 2));
  CHECK_NUMBER('a', peer_heard(MOOR_PUBLISH)->payload[20]);
  peer.ack = 3;
  peer_result(1, MOOR_ACCEPTED);
  peer_result(2, MOOR_TOPIC_NOT_ALLOWED);
  CHECK_NUMBER(2, peer.result_count);
  CHECK_NUMBER(MOOR_TOPIC_NOT_ALLOWED, peer.results[1].code);
}

static void publish_qos0_isDroppedWithItsSession_andCounted(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(0, "a"));
  CHECK_NUMBER(MOOR_OK, peer_publish(0, "b"));
  peer_listen();
  peer_ack(2, 8);
  peer.ack = 1;
  CHECK_NUMBER(MOOR_OK, peer_publish(0, "c"));
  renew();
  /* a arrived, b was on its way, c had not left yet. */
  CHECK_NUMBER(2, moor_counters(&peer.device)->dropped_qos0 + peer_heard_count(MOOR_PUBLISH));
}

static void publish_qos0Refused_isToldWithNumber0(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(0, "a"));
  peer_listen();
  peer.ack = 2;
  peer_result(0, MOOR_TOPIC_NOT_ALLOWED);
  CHECK_NUMBER(1, peer.result_count);
  CHECK_NUMBER(0, peer.results[0].number);
}

static void publish_badArguments_areNamed(void) {
  static uint8_t much[MOOR_MAX_PAYLOAD];
  static const uint8_t correlation[MOOR_MAX_CORRELATION + 1] = {0};
  moor_message_t message = {.topic = "t", .topic_length = 1, .content = much, .qos = 1};
  uint32_t number = 99;
  peer_start(NULL);
  message.content_length = MOOR_MAX_PAYLOAD - 7 + 1;
  CHECK_NUMBER(MOOR_TOO_LARGE, moor_publish(&peer.device, &message, &number));
  message.content_length--;
  CHECK_NUMBER(MOOR_OK, moor_publish(&peer.device, &message, &number));
  CHECK_NUMBER(1, number);
  message.content_length = SIZE_MAX;
  CHECK_NUMBER(MOOR_TOO_LARGE, moor_publish(&peer.device, &message, NULL));
  message.content_length = 1;
  message.qos = 2;
  CHECK_NUMBER(MOOR_BAD_ARGUMENT, moor_publish(&peer.device, &message, NULL));
  message.qos = 1;
  message.correlation = correlation;
  message.correlation_length = sizeof correlation;
  CHECK_NUMBER(MOOR_BAD_ARGUMENT, moor_publish(&peer.device, &message, NULL));
  message.correlation_length = 0;
  message.topic = "a/+";
  message.topic_length = 3;
  CHECK_NUMBER(MOOR_BAD_TOPIC, moor_publish(&peer.device, &message, NULL));
  message.topic = "t";
  message.topic_length = 1;
  peer.device.memory.up_next = UINT32_MAX;
  CHECK_NUMBER(MOOR_NUMBERS_SPENT, moor_publish(&peer.device, &message, NULL));
  CHECK_NUMBER(MOOR_BAD_ARGUMENT, moor_publish(&peer.device, NULL, NULL));
}

static void publish_largerThanTheBridgeTakes_isSettledHere(void) {
  char content[200];
  memset(content, 'x', 199);
  content[199] = '\0';
  peer_start(NULL);
  CHECK_NUMBER(MOOR_OK, peer_publish(1, content));
  peer.largest = 128;
  peer_live();
  CHECK_NUMBER(1, peer.result_count);
  CHECK_NUMBER(MOOR_RESULT_TOO_LARGE, peer.results[0].code);
  CHECK_NUMBER(MOOR_TOO_LARGE, peer_publish(1, content));
}

static void command_isDoneOnce_andAnsweredFromMemoryLater(void) {
  peer_start(NULL);
  peer_live();
  peer_command(1, "command/x", "on");
  peer.answer = MOOR_FAILED;
  peer_command(2, "command/x", "no");
  peer_listen();
  CHECK_NUMBER(2, peer_heard_count(MOOR_RESULT));
  CHECK_NUMBER(2, peer.remembered);
  renew();
  peer.answer = MOOR_ACCEPTED;
  peer_command(1, "command/x", "on");
  peer_command(2, "command/x", "no");
  peer_command(3, "command/x", "new");
  peer_listen();
  CHECK_NUMBER(3, peer.command_count);
  CHECK_NUMBER(3, peer_heard_count(MOOR_RESULT));
  CHECK_BYTES("\0\0\0\1\0", peer.heard[0].payload, 5);
  CHECK_BYTES("\0\0\0\2\11", peer.heard[1].payload, 5);
  CHECK_BYTES("\0\0\0\3\0", peer.heard[2].payload, 5);
}

static void command_afterAReset_isKnownFromStoredMemory(void) {
  peer_start(NULL);
  peer_live();
  peer.answer = MOOR_NOT_UNDERSTOOD;
  peer_command(1, "command/x", "on");
  peer.answer = MOOR_ACCEPTED;
  peer_listen();
  peer_command(70, "command/x", "on");
  moor_memory_t memory = *moor_memory(&peer.device);
  CHECK_NUMBER(70, memory.down_last);
  CHECK_NUMBER(0, memory.down_refused);
  peer_start(&memory);
  peer_live();
  peer_command(70, "command/x", "on");
  CHECK_NUMBER(0, peer.command_count);
  CHECK_BYTES(memory.up_stream, peer.hello + 12 + 20, 8);
}

static void command_ofANewStream_startsAfresh(void) {
  peer_start(NULL);
  peer_live();
  peer_command(9, "command/x", "on");
  peer_listen();
  peer.down_stream = 0xD1;
  renew();
  peer_command(1, "command/x", "on");
  CHECK_NUMBER(2, peer.command_count);
}

static void command_refusedLongAgo_isAnswered9For64Numbers(void) {
  peer_start(NULL);
  peer_live();
  peer.answer = MOOR_FAILED;
  peer_command(1, "command/x", "on");
  peer.answer = MOOR_ACCEPTED;
  peer_listen();
  peer_command(64, "command/x", "on");
  CHECK(peer.device.memory.down_refused == 1ull << 63);
  peer_listen();
  peer_command(1, "command/x", "on");
  peer_listen();
  CHECK_NUMBER(MOOR_REFUSED_EARLIER, peer_heard(MOOR_RESULT)->payload[4]);
  peer_command(65, "command/x", "on");
  CHECK_NUMBER(0, peer.device.memory.down_refused);
}

static void command_malformedTopic_isAnsweredWith3(void) {
  peer_start(NULL);
  peer_live();
  peer_command(1, "command/+", "on");
  peer_listen();
  CHECK_NUMBER(0, peer.command_count);
  CHECK_NUMBER(MOOR_MALFORMED, peer_heard(MOOR_RESULT)->payload[4]);
  peer_say(MOOR_PUBLISH, "\11\1\0\0\0\2a\0on", 10);
  peer_listen();
  CHECK_NUMBER(0, peer.command_count);
  CHECK_NUMBER(MOOR_MALFORMED, peer_heard(MOOR_RESULT)->payload[4]);
}

static void command_qos0_hasNoResultUnlessRefused(void) {
  peer_start(NULL);
  peer_live();
  peer_command(0, "command/x", "on");
  peer_listen();
  CHECK_NUMBER(1, peer.command_count);
  CHECK_NUMBER(0, peer_heard_count(MOOR_RESULT));
  peer.answer = MOOR_NOT_UNDERSTOOD;
  peer_command(0, "command/x", "??");
  peer_listen();
  CHECK_NUMBER(1, peer_heard_count(MOOR_RESULT));
  CHECK_BYTES("\0\0\0\0\7", peer_heard(MOOR_RESULT)->payload, 5);
  CHECK_NUMBER(0, peer.remembered);
}

static moor_result_t answering(void *context, const moor_message_t *command) {
  (void)context;
  moor_message_t answer = {.topic = "response",
                           .topic_length = 8,
                           .correlation = command->correlation,
                           .correlation_length = command->correlation_length,
                           .content = (const uint8_t *)"done",
                           .content_length = 4,
                           .qos = 1};
  return moor_publish(&peer.device, &answer, NULL) == MOOR_OK ? MOOR_ACCEPTED : MOOR_FAILED;
}

static void command_answeredFromItsHandler_carriesTheCorrelation(void) {
  peer_start(NULL);
  peer.device.handlers.command = answering;
  peer_live();
  peer_say(MOOR_PUBLISH, "\11\1\0\0\0\1a\3\0\1\377on", 13);
  peer_listen();
  const heard_t *publish = peer_heard(MOOR_PUBLISH);
  CHECK(publish != NULL && publish->length == 22 && memcmp(publish->payload, "\11\10\0\0\0\1response\3\0\1\377done", 22) == 0);
}

static void command_withoutHandler_isNotUnderstood(void) {
  peer_start(NULL);
  peer.device.handlers.command = NULL;
  peer_live();
  peer_command(1, "command/x", "on");
  peer_listen();
  CHECK_NUMBER(MOOR_NOT_UNDERSTOOD, peer_heard(MOOR_RESULT)->payload[4]);
}

static void line_closed_keepsMessages_forTheNextLine(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "a"));
  peer_listen();
  moor_line_closed(&peer.device, peer.now);
  CHECK_NUMBER(MOOR_LOST_LINE, peer_event(MOOR_EVENT_LOST)->is.lost.why);
  CHECK_NUMBER(MOOR_CLOSED, moor_state(&peer.device));
  peer_wait(5000);
  CHECK_NUMBER(0, peer.count);
  moor_line_opened(&peer.device, peer.now);
  peer_listen();
  peer_welcome();
  peer_listen();
  CHECK_NUMBER(1, peer_heard_count(MOOR_PUBLISH));
}

void message_tests(void) {
  RUN(publish_result_freesTheSlotAndIsTold);
  RUN(publish_badArguments_areNamed);
  RUN(publish_qos0Refused_isToldWithNumber0);
  RUN(command_malformedTopic_isAnsweredWith3);
  RUN(command_qos0_hasNoResultUnlessRefused);
  RUN(command_withoutHandler_isNotUnderstood);
  RUN(line_closed_keepsMessages_forTheNextLine);
  RUN(publish_resultBeforeTheAck_isTakenOnce);
  RUN(command_afterAReset_isKnownFromStoredMemory);
  RUN(command_ofANewStream_startsAfresh);
  RUN(command_refusedLongAgo_isAnswered9For64Numbers);
  RUN(command_answeredFromItsHandler_carriesTheCorrelation);
  const bool roomy = MOOR_SLOTS >= 2 && MOOR_RESULTS >= 3;
  RUN_IF(roomy, publish_withoutResult_isSentAgainInTheNextSession_inOrder);
  RUN_IF(roomy, publish_qos0_isDroppedWithItsSession_andCounted);
  RUN_IF(roomy, command_isDoneOnce_andAnsweredFromMemoryLater);
  RUN_IF(MOOR_MAX_PAYLOAD >= 512, publish_largerThanTheBridgeTakes_isSettledHere);
}
