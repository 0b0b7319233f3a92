/* Counters, tags, keep-alive, BYE, the clock. */
#include "peer.h"

static void frame_replayed_isCountedAndDropped(void) {
  peer_start(NULL);
  peer_live();
  peer_command(1, "command/x", "on");
  uint8_t payload[] = {1, 9, 0, 0, 0, 1, 'c', 'o', 'm', 'm', 'a', 'n', 'd', '/', 'x'};
  peer_frame(MOOR_PUBLISH, 8, peer.counter, 1, 1, payload, sizeof payload, peer.keys + 32);
  CHECK_NUMBER(1, moor_counters(&peer.device)->replays);
  CHECK_NUMBER(0, moor_counters(&peer.device)->duplicates);
  CHECK_NUMBER(1, peer.command_count);
}

static void frame_anyBitOfHeadOrPayloadChanged_isABadTag(void) {
  const uint8_t payload[] = {1, 9, 0, 0, 0, 1, 'c', 'o', 'm', 'm', 'a', 'n', 'd', '/', 'x', 'o', 'n'};
  uint8_t wire[128];
  size_t length = MOOR_HEAD_SIZE + sizeof payload;
  peer_start(NULL);
  peer_live();
  uint32_t dropped = 0;
  for (size_t bit = 0; bit < 8 * (length + MOOR_TAG_SIZE); bit++) {
    uint8_t *body = wire + 8;
    memset(wire, 0, sizeof wire);
    body[0] = MOOR_PUBLISH;
    body[1] = 8;
    moor_put16(body + 2, sizeof payload);
    moor_put32(body + 4, peer.counter + 1);
    moor_put16(body + 8, 1);
    moor_put16(body + 10, 1);
    memcpy(body + 12, payload, sizeof payload);
    CHECK(moor_tag(&peer.tool, peer.keys + 32, body, length, body + length));
    body[bit / 8] = (uint8_t)(body[bit / 8] ^ 1u << bit % 8);
    moor_put32(body + length + 16, moor_crc32(body, length + 16));
    peer_raw(wire, moor_cobs_encode(wire, 0, 8, length + 20));
    dropped++;
    CHECK_NUMBER(0, peer.command_count);
  }
  const moor_counters_t *c = moor_counters(&peer.device);
  CHECK_NUMBER(dropped, c->bad_tags + c->crc_errors + c->unexpected);
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
}

static void frame_reflected_isABadTag(void) {
  peer_start(NULL);
  peer_live();
  peer_frame(MOOR_ACK, 8, 99, 0, 1, NULL, 0, peer.keys);
  CHECK_NUMBER(1, moor_counters(&peer.device)->bad_tags);
}

static void frame_wrongDirectionOrUnknown_isUnexpected(void) {
  static const uint8_t types[] = {0, MOOR_HELLO, 5, 0x15, 0x23, 0x7F, 0xFF};
  peer_start(NULL);
  peer_live();
  for (size_t i = 0; i < sizeof types; i++) {
    peer_frame(types[i], 8, ++peer.counter, 0, 1, NULL, 0, peer.keys + 32);
  }
  CHECK_NUMBER(sizeof types, moor_counters(&peer.device)->unexpected);
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
}

static void frame_brokenPayload_endsWithBye4(void) {
  static const struct {
    uint8_t type;
    const char *payload;
    size_t length;
  } bad[] = {
      {MOOR_ACK, "x", 1},
      {MOOR_PING, "short", 5},
      {MOOR_BYE, "", 0},
      {MOOR_RESULT, "\0\0\0\1", 4},
      {MOOR_RESULT, "\0\0\0\1\0\0", 6},
      {MOOR_STATUS, "\2\0\0\0\0\0\0\0\0\0", 10},
      {MOOR_STATUS, "\1\145\0\0\0\0\0\0\0\0", 10},
      {MOOR_STATUS, "\1\0", 2},
      {MOOR_PUBLISH, "\1\1\0\0\0", 5},
      {MOOR_PUBLISH, "\1\1\0\0\0\1", 6},
      {MOOR_PUBLISH, "\2\1\0\0\0\1a", 7},
      {MOOR_PUBLISH, "\3\1\0\0\0\1a", 7},
      {MOOR_PUBLISH, "\1\1\0\0\0\0a", 7},
      {MOOR_PUBLISH, "\0\1\0\0\0\1a", 7},
      {MOOR_PUBLISH, "\21\1\0\0\0\1a", 7},
      {MOOR_PUBLISH, "\11\1\0\0\0\1a", 7},
      {MOOR_PUBLISH, "\11\1\0\0\0\1a\2b", 9},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    peer_start(NULL);
    peer_live();
    peer_say(bad[i].type, bad[i].payload, bad[i].length);
    peer_listen();
    const heard_t *bye = peer_heard(MOOR_BYE);
    CHECK(bye != NULL && bye->payload[0] == MOOR_BYE_PROTOCOL);
    CHECK_NUMBER(MOOR_HELD, moor_state(&peer.device));
    CHECK_NUMBER(0, peer.command_count);
  }
}

static void frame_creditOver32_endsWithBye4(void) {
  peer_start(NULL);
  peer_live();
  peer_ack(1, 33);
  peer_listen();
  CHECK(peer_heard(MOOR_BYE) != NULL && peer_heard(MOOR_BYE)->payload[0] == MOOR_BYE_PROTOCOL);
}

static void bye_received_waitsAsTheCodeSays(void) {
  static const struct {
    uint8_t code;
    uint32_t wait;
    moor_state_t state;
  } byes[] = {{1, 1000, MOOR_CALLING}, {2, 30000, MOOR_HELD}, {3, 0, MOOR_CALLING},
              {4, 30000, MOOR_HELD},   {5, 30000, MOOR_HELD}, {6, 0, MOOR_CALLING},
              {99, 30000, MOOR_HELD}};
  for (size_t i = 0; i < sizeof byes / sizeof byes[0]; i++) {
    peer_start(NULL);
    peer_live();
    peer_say(MOOR_BYE, &byes[i].code, 1);
    CHECK_NUMBER(byes[i].state, moor_state(&peer.device));
    const moor_event_t *lost = peer_event(MOOR_EVENT_LOST);
    CHECK(lost != NULL && lost->is.lost.why == MOOR_LOST_BYE_RECEIVED && lost->is.lost.code == byes[i].code);
    CHECK_NUMBER(byes[i].wait, moor_wake_in(&peer.device, peer.now));
    peer_wait(byes[i].wait);
    CHECK_NUMBER(1, peer_heard_count(MOOR_HELLO));
  }
}

static void silence_threeKeepAlives_losesTheSession(void) {
  peer_start(NULL);
  peer_live();
  peer_wait(5000);
  CHECK_NUMBER(1, peer_heard_count(MOOR_PING));
  peer_wait(9999);
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
  peer_wait(1);
  CHECK_NUMBER(MOOR_LOST_SILENCE, peer_event(MOOR_EVENT_LOST)->is.lost.why);
  CHECK_NUMBER(1, peer_heard_count(MOOR_HELLO));
}

static void silence_forgedFrames_areNoSignOfLife(void) {
  peer_start(NULL);
  peer_live();
  for (int i = 0; i < 15; i++) {
    peer_wait(1000);
    peer_frame(MOOR_ACK, 8, 1000, 0, 1, NULL, 0, NULL);
  }
  peer_listen();
  CHECK(peer_event(MOOR_EVENT_LOST) != NULL);
}

static void ping_isAnsweredWithItsToken_twentyASecond(void) {
  uint8_t ping[MOOR_PING_PAYLOAD] = {0xC0, 0xFF, 0xEE, 1};
  peer_start(NULL);
  peer_live();
  peer_say(MOOR_PING, ping, sizeof ping);
  peer_listen();
  const heard_t *pong = peer_heard(MOOR_PONG);
  CHECK(pong != NULL && memcmp(pong->payload, ping, 4) == 0);
  size_t pongs = 0;
  for (int i = 0; i < 1000; i++) {
    peer_say(MOOR_PING, ping, sizeof ping);
    peer_wait(1);
    pongs += peer_heard_count(MOOR_PONG);
  }
  CHECK(pongs >= 19 && pongs <= 20);
}

static void counter_runsOut_saysBye3AndCallsAtOnce(void) {
  peer_start(NULL);
  peer_live();
  peer.device.session.sent_counter = MOOR_LAST_COUNTER - 1;
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "a"));
  peer_listen();
  CHECK_NUMBER(3, peer.count);
  CHECK_NUMBER(MOOR_LAST_COUNTER, peer.heard[0].counter);
  CHECK_NUMBER(MOOR_BYE_COUNTER, peer.heard[1].payload[0]);
  CHECK_NUMBER(MOOR_HELLO, peer.heard[2].type);
  peer_welcome();
  peer_listen();
  CHECK_NUMBER(1, peer_heard_count(MOOR_PUBLISH));
}

static void close_saysBye1_andIsSilentUntilTheLineOpens(void) {
  peer_start(NULL);
  peer_live();
  moor_close(&peer.device);
  peer_listen();
  CHECK_NUMBER(1, peer.count);
  CHECK_NUMBER(MOOR_BYE_CLOSING, peer_heard(MOOR_BYE)->payload[0]);
  CHECK_NUMBER(MOOR_CLOSED, moor_state(&peer.device));
  peer_invite();
  peer_wait(100000);
  CHECK_NUMBER(0, peer.count);
  CHECK(moor_wake_in(&peer.device, peer.now) == UINT32_MAX);
  moor_line_opened(&peer.device, peer.now);
  peer_live();
}

static void crypto_fails_losesTheSession(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "a"));
  peer.crypto_fails = true;
  peer_listen();
  CHECK_NUMBER(0, peer.count);
  CHECK_NUMBER(MOOR_LOST_CRYPTO, peer_event(MOOR_EVENT_LOST)->is.lost.why);
  peer.crypto_fails = false;
  peer.now += 1000;
  peer_live();
}

static void status_isToldAsEvent(void) {
  peer_start(NULL);
  peer_live();
  peer_say(MOOR_STATUS, "\1\45\0\0\1\241\373\253\302\40", 10);
  const moor_event_t *status = peer_event(MOOR_EVENT_STATUS);
  CHECK(status != NULL && status->is.status.online && status->is.status.fill == 37 &&
        status->is.status.unix_ms == 1795223700000ull);
}

static void clock_wraps_nothingHappens(void) {
  peer.now = 0xFFFFFFFFu - 3000u;
  peer_start(NULL);
  peer_live();
  for (int i = 0; i < 100; i++) {
    peer_wait(100);
    peer_say(MOOR_ACK, NULL, 0);
    CHECK(moor_wake_in(&peer.device, peer.now) <= 5000);
  }
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
  CHECK_NUMBER(1, peer.event_count);
  peer.now = 0;
}

static void wipe_leavesNoKey(void) {
  static const uint8_t nothing[sizeof(moor_device_t)] = {0};
  peer_start(NULL);
  peer_live();
  moor_wipe(&peer.device);
  CHECK_BYTES(nothing, &peer.device, sizeof nothing);
}

static void texts_areThereForEveryCode(void) {
  for (int i = 0; i <= MOOR_WRONG_BUILD; i++) {
    CHECK(strcmp(moor_status_text((moor_status_t)i), "unknown status") != 0);
  }
  for (int i = 0; i <= MOOR_EXPIRED; i++) {
    CHECK(strstr(moor_result_text((moor_result_t)i), "unknown to") == NULL);
  }
  for (int i = 0; i <= MOOR_LOST_CRYPTO; i++) {
    CHECK(strcmp(moor_lost_text((moor_lost_t)i), "unknown") != 0);
  }
  CHECK(strcmp(moor_refuse_text(3), "bad-key") == 0);
  CHECK(strcmp(moor_refuse_text(0), "unknown") == 0 && strcmp(moor_refuse_text(7), "unknown") == 0);
}

void session_tests(void) {
  RUN(frame_replayed_isCountedAndDropped);
  RUN(frame_anyBitOfHeadOrPayloadChanged_isABadTag);
  RUN(frame_reflected_isABadTag);
  RUN(frame_wrongDirectionOrUnknown_isUnexpected);
  RUN(frame_brokenPayload_endsWithBye4);
  RUN(frame_creditOver32_endsWithBye4);
  RUN(bye_received_waitsAsTheCodeSays);
  RUN(silence_threeKeepAlives_losesTheSession);
  RUN(silence_forgedFrames_areNoSignOfLife);
  RUN(ping_isAnsweredWithItsToken_twentyASecond);
  RUN(counter_runsOut_saysBye3AndCallsAtOnce);
  RUN(close_saysBye1_andIsSilentUntilTheLineOpens);
  RUN(crypto_fails_losesTheSession);
  RUN(status_isToldAsEvent);
  RUN(clock_wraps_nothingHappens);
  RUN(wipe_leavesNoKey);
  RUN(texts_areThereForEveryCode);
}
