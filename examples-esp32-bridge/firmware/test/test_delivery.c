/* Windows, credit, retransmission, duplicates. Written for the default limits: 4 slots, 4 results. */
#include "peer.h"

static void fill_slots(void) {
  for (int i = 0; i < MOOR_SLOTS; i++) {
    CHECK_NUMBER(MOOR_OK, peer_publish(1, "x"));
  }
  CHECK_NUMBER(MOOR_FULL, peer_publish(1, "x"));
}

static void window_andCredit_areKept(void) {
  peer_start(NULL);
  peer.credit = 2;
  peer_live();
  fill_slots();
  peer_listen();
  CHECK_NUMBER(2, peer_heard_count(MOOR_PUBLISH));
  CHECK_NUMBER(1, peer.heard[0].seq);
  CHECK_NUMBER(2, peer.heard[1].seq);
  peer_ack(2, 1);
  peer_listen();
  CHECK_NUMBER(0, peer.count);
  peer_ack(2, 2);
  peer_listen();
  CHECK_NUMBER(1, peer_heard_count(MOOR_PUBLISH));
  CHECK_NUMBER(3, peer.heard[0].seq);
}

static void credit_zero_pingsEachHalfSecond(void) {
  peer_start(NULL);
  peer.credit = 0;
  peer_live();
  fill_slots();
  size_t pings = 0;
  for (int i = 0; i < 50; i++) {
    peer_wait(100);
    pings += peer_heard_count(MOOR_PING);
    CHECK_NUMBER(0, peer_heard_count(MOOR_PUBLISH));
  }
  CHECK(pings >= 9 && pings <= 10);
  peer_ack(1, 8);
  peer_listen();
  CHECK_NUMBER(MOOR_SLOTS, peer_heard_count(MOOR_PUBLISH));
}

static void credit_edge_neverMovesBack(void) {
  peer_start(NULL);
  peer.credit = 4;
  peer_live();
  peer_ack(1, 0);
  fill_slots();
  peer_listen();
  CHECK_NUMBER(4, peer_heard_count(MOOR_PUBLISH));
}

static void ack_pastWhatWasSent_isTakenWithoutAckAndCredit(void) {
  peer_start(NULL);
  peer.credit = 1;
  peer_live();
  fill_slots();
  peer_listen();
  peer_ack(3, 8);
  peer_listen();
  CHECK_NUMBER(0, peer_heard_count(MOOR_PUBLISH));
  CHECK_NUMBER(0, moor_free_slots(&peer.device));
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
}

static void timeout_sendsAllAgain_withNewCountersAndGrowingWait(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "a"));
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "b"));
  peer_listen();
  uint32_t counter = peer.heard[1].counter;
  CHECK(!peer.heard[0].lead);
  uint32_t last = 0;
  for (int i = 0; i < 10; i++) {
    uint32_t wait = moor_wake_in(&peer.device, peer.now);
    CHECK(wait >= last && wait >= 200 && wait < 2100);
    last = wait;
    peer_say(MOOR_ACK, NULL, 0);
    peer_wait(wait - 1);
    CHECK_NUMBER(0, peer_heard_count(MOOR_PUBLISH));
    peer_wait(1);
    CHECK_NUMBER(2, peer_heard_count(MOOR_PUBLISH));
    CHECK(peer_heard(MOOR_PUBLISH)->lead);
    CHECK_NUMBER(1, peer_heard(MOOR_PUBLISH)->seq);
    CHECK(peer_heard(MOOR_PUBLISH)->counter > counter);
    counter = peer_heard(MOOR_PUBLISH)->counter;
  }
  CHECK(last >= 2000);
  peer_say(MOOR_ACK, NULL, 0);
  peer_wait(last);
  CHECK_NUMBER(MOOR_LOST_RETRANSMIT, peer_event(MOOR_EVENT_LOST)->is.lost.why);
  CHECK_NUMBER(20, moor_counters(&peer.device)->retransmitted);
}

static void timeout_partlyAcknowledged_sendsTheRest(void) {
  peer_start(NULL);
  peer_live();
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "a"));
  CHECK_NUMBER(MOOR_OK, peer_publish(1, "b"));
  peer_listen();
  peer_ack(2, 8);
  peer_wait(moor_wake_in(&peer.device, peer.now));
  CHECK_NUMBER(1, peer_heard_count(MOOR_PUBLISH));
  CHECK_NUMBER(2, peer_heard(MOOR_PUBLISH)->seq);
  CHECK_NUMBER('b', peer_heard(MOOR_PUBLISH)->payload[20]);
}

static void nak_goesBackAtOnce_butOnceIn100Ms(void) {
  peer_start(NULL);
  peer_live();
  fill_slots();
  peer_listen();
  peer.ack = 2;
  peer_say(MOOR_NAK, NULL, 0);
  peer_listen();
  CHECK_NUMBER(MOOR_SLOTS - 1, peer_heard_count(MOOR_PUBLISH));
  CHECK_NUMBER(2, peer_heard(MOOR_PUBLISH)->seq);
  peer_say(MOOR_NAK, NULL, 0);
  peer_wait(0);
  CHECK_NUMBER(0, peer.count);
  peer_wait(100);
  peer_say(MOOR_NAK, NULL, 0);
  peer_listen();
  CHECK_NUMBER(MOOR_SLOTS - 1, peer_heard_count(MOOR_PUBLISH));
}

static void duplicate_isDroppedAndAcknowledgedAtOnce(void) {
  peer_start(NULL);
  peer_live();
  peer_command(1, "command/x", "on");
  peer_wait(100);
  peer.seq = 1;
  peer_command(1, "command/x", "on");
  peer_listen();
  CHECK_NUMBER(1, peer.command_count);
  CHECK_NUMBER(1, moor_counters(&peer.device)->duplicates);
  CHECK(peer_heard(MOOR_ACK) != NULL && peer_heard(MOOR_ACK)->ack == 2);
}

static void gap_isDroppedAndNaked_onceIn100Ms(void) {
  peer_start(NULL);
  peer_live();
  peer.seq = 2;
  peer_command(2, "command/x", "on");
  peer_command(3, "command/x", "on");
  peer_listen();
  CHECK_NUMBER(0, peer.command_count);
  CHECK_NUMBER(2, moor_counters(&peer.device)->gaps);
  CHECK_NUMBER(1, peer_heard_count(MOOR_NAK));
  CHECK_NUMBER(1, peer_heard(MOOR_NAK)->ack);
  peer.seq = 1;
  peer_command(1, "command/x", "on");
  CHECK_NUMBER(1, peer.command_count);
}

static void damage_isNaked(void) {
  static const uint8_t damage[] = {5, 1, 2, 3, 4, 0};
  peer_start(NULL);
  peer_live();
  peer_raw(damage, sizeof damage);
  peer_raw(damage, sizeof damage);
  peer_listen();
  CHECK_NUMBER(1, peer_heard_count(MOOR_NAK));
  CHECK_NUMBER(2, moor_counters(&peer.device)->crc_errors);
}

static void flood_pastTheEdge_endsWithBye2(void) {
  peer_start(NULL);
  peer_live();
  for (uint32_t i = 1; i <= MOOR_RESULTS; i++) {
    peer_command(i, "command/x", "on");
  }
  CHECK_NUMBER(MOOR_RESULTS, peer.command_count);
  peer_command(MOOR_RESULTS + 1, "command/x", "on");
  CHECK_NUMBER(MOOR_RESULTS, peer.command_count);
  peer_listen();
  CHECK_NUMBER(1, peer.count);
  CHECK_NUMBER(MOOR_BYE_FLOOD, peer_heard(MOOR_BYE)->payload[0]);
}

static void ack_comesWithin20Ms_orAtHalfTheCredit(void) {
  peer_start(NULL);
  peer_live();
  peer_say(MOOR_STATUS, "\1\0\0\0\0\0\0\0\0\0", 10);
  peer_listen();
  CHECK_NUMBER(0, peer.count);
  CHECK(moor_wake_in(&peer.device, peer.now) == 20);
  peer_wait(20);
  CHECK_NUMBER(1, peer_heard_count(MOOR_ACK));
  peer_say(MOOR_STATUS, "\1\0\0\0\0\0\0\0\0\0", 10);
  peer_say(MOOR_STATUS, "\1\0\0\0\0\0\0\0\0\0", 10);
  peer_listen();
  CHECK_NUMBER(1, peer_heard_count(MOOR_ACK));
  CHECK_NUMBER(4, peer_heard(MOOR_ACK)->ack);
}

static void seq_wraps_andGoesOn(void) {
  peer_start(NULL);
  peer_live();
  peer.device.up.base = 65534;
  peer.device.up.edge = (uint16_t)(65534u + 8u);
  peer.device.down.expected = 65535;
  peer.device.down.edge = (uint16_t)(65535u + MOOR_RESULTS);
  peer.ack = 65534;
  peer.seq = 65535;
  fill_slots();
  peer_listen();
  CHECK_NUMBER(4, peer_heard_count(MOOR_PUBLISH));
  CHECK_NUMBER(0, peer.heard[2].seq);
  CHECK_NUMBER(1, peer.heard[3].seq);
  peer_ack(1, 8);
  for (uint32_t i = 1; i <= 3; i++) {
    peer_result(i, 0);
    peer_listen();
  }
  CHECK_NUMBER(3, peer.result_count);
  CHECK_NUMBER(3, moor_free_slots(&peer.device));
  peer_ack(2, 8);
  peer_result(4, 0);
  CHECK_NUMBER(4, moor_free_slots(&peer.device));
}

static void results_wait_whileTheBridgeHasNoRoom_andHoldItsCredit(void) {
  peer_start(NULL);
  peer.credit = 1;
  peer_live();
  for (uint32_t i = 1; i <= 3; i++) {
    peer_command(i, "command/x", "on");
  }
  peer_listen();
  CHECK_NUMBER(1, peer_heard_count(MOOR_RESULT));
  peer_wait(20);
  peer_say(MOOR_PING, (const uint8_t[MOOR_PING_PAYLOAD]){0}, MOOR_PING_PAYLOAD);
  peer_wait(60);
  const heard_t *pong = peer_heard(MOOR_PONG);
  CHECK(pong != NULL);
  CHECK_NUMBER(MOOR_RESULTS - 2, pong == NULL ? 0 : pong->credit);
  peer_ack(2, 8);
  peer_listen();
  CHECK_NUMBER(2, peer_heard_count(MOOR_RESULT));
  CHECK_NUMBER(MOOR_RESULTS, peer.heard[peer.count - 1].credit);
}

void delivery_tests(void) {
  const bool usual = MOOR_SLOTS == 4 && MOOR_RESULTS == 4;
  RUN_IF(usual, window_andCredit_areKept);
  RUN_IF(usual, credit_zero_pingsEachHalfSecond);
  RUN_IF(usual, credit_edge_neverMovesBack);
  RUN_IF(usual, ack_pastWhatWasSent_isTakenWithoutAckAndCredit);
  RUN_IF(usual, timeout_sendsAllAgain_withNewCountersAndGrowingWait);
  RUN_IF(usual, timeout_partlyAcknowledged_sendsTheRest);
  RUN_IF(usual, nak_goesBackAtOnce_butOnceIn100Ms);
  RUN_IF(usual, duplicate_isDroppedAndAcknowledgedAtOnce);
  RUN_IF(usual, gap_isDroppedAndNaked_onceIn100Ms);
  RUN_IF(usual, damage_isNaked);
  RUN_IF(usual, flood_pastTheEdge_endsWithBye2);
  RUN_IF(usual, ack_comesWithin20Ms_orAtHalfTheCredit);
  RUN_IF(usual, seq_wraps_andGoesOn);
  RUN_IF(usual, results_wait_whileTheBridgeHasNoRoom_andHoldItsCredit);
}
