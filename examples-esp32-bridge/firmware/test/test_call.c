/* The handshake, and every way in which it may go wrong. */
#include "moor_small_crypto.h"
#include "peer.h"

static void init_outOfRange_isRefused(void) {
  moor_config_t config;
  moor_device_t *device = &peer.device;
  static const uint8_t key[MOOR_KEY_SIZE] = {0};
  peer_start(NULL);
  moor_config_defaults(&config);
  CHECK_NUMBER(MOOR_BAD_ARGUMENT, moor_init(device, &config));
  config.id = "a";
  config.key = key;
  config.crypto = peer.device.crypto;
  CHECK_NUMBER(MOOR_OK, moor_init(device, &config));
  CHECK_NUMBER(MOOR_WRONG_BUILD, moor_init_sized(device, sizeof *device - 1, &config));
  static const char *const ids[] = {"", "a b", "a/b", "\xC3\xA9",
                                    "x234567890123456789012345678901234567890123456789012345678901234x"};
  for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
    config.id = ids[i];
    CHECK_NUMBER(MOOR_BAD_ID, moor_init(device, &config));
  }
  config.id = "x23456789012345678901234567890123456789012345678901234567890123x";
  CHECK_NUMBER(MOOR_OK, moor_init(device, &config));
  config.text = "a text of 33 characters, too long";
  CHECK_NUMBER(MOOR_BAD_TEXT, moor_init(device, &config));
  config.text = "line\n";
  CHECK_NUMBER(MOOR_BAD_TEXT, moor_init(device, &config));
  config.text = "";
  const struct {
    uint32_t *value, low, high;
  } ranges[] = {{&config.baud, 9600, 3000000},
                {&config.hello_ms, 200, 10000},
                {&config.hold_ms, 1000, 300000},
                {&config.retransmit_ms, 50, 2000}};
  for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
    uint32_t good = *ranges[i].value;
    *ranges[i].value = ranges[i].low - 1;
    CHECK_NUMBER(MOOR_BAD_ARGUMENT, moor_init(device, &config));
    *ranges[i].value = ranges[i].high + 1;
    CHECK_NUMBER(MOOR_BAD_ARGUMENT, moor_init(device, &config));
    *ranges[i].value = good;
  }
  peer.random_fails = true;
  CHECK_NUMBER(MOOR_NO_RANDOM, moor_init(device, &config));
}

static void hello_firstBytes_followTheFirstDelimiter(void) {
  peer_start(NULL);
  peer_listen();
  CHECK_NUMBER(1, peer.count);
  CHECK(peer.heard[0].lead);
  CHECK_NUMBER(MOOR_HELLO, peer.heard[0].type);
  CHECK_NUMBER(MOOR_RESULTS, peer.heard[0].credit);
  CHECK_NUMBER(1, peer.heard[0].ack);
  CHECK_NUMBER(MOOR_MAX_PAYLOAD, moor_get16(peer.heard[0].payload + 2));
  CHECK_NUMBER(MOOR_CALLING, moor_state(&peer.device));
}

static void hello_unanswered_goesThriceAndThenWithANewNonce(void) {
  uint8_t nonces[6][16];
  peer_start(NULL);
  peer_listen();
  for (size_t i = 0; i < 6; i++) {
    CHECK_NUMBER(1, peer.count);
    memcpy(nonces[i], peer.heard[0].payload + 4, 16);
    peer_wait(999);
    CHECK_NUMBER(0, peer.count);
    peer_wait(1);
  }
  CHECK_BYTES(nonces[0], nonces[1], 16);
  CHECK_BYTES(nonces[0], nonces[2], 16);
  CHECK(memcmp(nonces[0], nonces[3], 16) != 0);
  CHECK_BYTES(nonces[3], nonces[5], 16);
}

static void welcome_good_opensTheSession(void) {
  peer_start(NULL);
  peer_live();
  const moor_event_t *live = peer_event(MOOR_EVENT_LIVE);
  CHECK(live != NULL && live->is.live.settled == 41);
}

static void welcome_anyBitChanged_opensNothing(void) {
  static uint8_t wire[256];
  peer_start(NULL);
  peer_listen();
  peer_welcome();
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
  size_t length = peer.welcome_length;
  for (size_t bit = 0; bit < 8 * length; bit++) {
    uint8_t body[128];
    peer_start(NULL);
    peer_listen();
    peer_welcome();
    memcpy(body, peer.welcome, length);
    peer_start(NULL);
    peer_listen();
    uint8_t tag[MOOR_TAG_SIZE];
    CHECK(moor_tag(&peer.tool, peer.keys, body, length, tag));
    body[bit / 8] = (uint8_t)(body[bit / 8] ^ 1u << bit % 8);
    if (moor_get16(body + 2) != MOOR_WELCOME_PAYLOAD) {
      continue;
    }
    memcpy(wire + 16, body, length);
    /* The tag is the good one; the checksum is made anew, so that only the tag protects. */
    peer_welcome();
    CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
    CHECK(moor_tag(&peer.tool, peer.keys + 32, peer.welcome, length, wire + 16 + length));
    peer_start(NULL);
    peer_listen();
    moor_put32(wire + 16 + length + 16, moor_crc32(wire + 16, length + 16));
    peer_raw(wire, moor_cobs_encode(wire, 0, 16, length + 20));
    CHECK_NUMBER(MOOR_CALLING, moor_state(&peer.device));
    CHECK_NUMBER(0, peer.event_count);
  }
}

static void welcome_ofAnotherKey_isABadTag(void) {
  peer_start(NULL);
  peer_listen();
  peer.tool.key[0] ^= 1;
  peer_welcome();
  CHECK_NUMBER(MOOR_CALLING, moor_state(&peer.device));
  CHECK_NUMBER(1, moor_counters(&peer.device)->bad_tags);
}

static void welcome_again_isIgnored(void) {
  peer_start(NULL);
  peer_live();
  uint32_t counter = peer.counter;
  peer_frame(MOOR_WELCOME, peer.credit, 0, 0, 1, peer.welcome + 12, MOOR_WELCOME_PAYLOAD, peer.keys + 32);
  CHECK_NUMBER(1, moor_counters(&peer.device)->unexpected);
  peer.counter = counter;
  peer_command(1, "command/x", "on");
  CHECK_NUMBER(1, peer.command_count);
}

static void welcome_againAfterAnInvite_isIgnored(void) {
  /* The attempt that INVITE starts has no nonce yet; the one before must not count. */
  peer_start(NULL);
  peer_live();
  peer_wait(500);
  peer_command(1, "command/x", "on");
  peer_invite();
  peer_frame(MOOR_WELCOME, peer.credit, 0, 0, 1, peer.welcome + 12, MOOR_WELCOME_PAYLOAD, peer.keys + 32);
  peer.counter = 0;
  peer.seq = 1;
  peer_command(1, "command/x", "on");
  CHECK_NUMBER(1, peer.command_count);
  CHECK_NUMBER(1, moor_counters(&peer.device)->replays);
  CHECK_NUMBER(1, peer.event_count);
}

static void welcome_outOfRange_isIgnored(void) {
  static const struct {
    uint16_t largest, keep_alive;
    uint8_t credit;
  } bad[] = {{127, 5000, 8}, {8193, 5000, 8}, {4096, 499, 8}, {4096, 60001, 8}, {4096, 5000, 33}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    peer_start(NULL);
    peer_listen();
    peer.largest = bad[i].largest;
    peer.keep_alive = bad[i].keep_alive;
    peer.credit = bad[i].credit;
    peer_welcome();
    CHECK_NUMBER(MOOR_CALLING, moor_state(&peer.device));
  }
}

static void refuse_holds_thenCallsAgain(void) {
  peer_start(NULL);
  peer_listen();
  peer_refuse(MOOR_REFUSE_BAD_KEY);
  CHECK_NUMBER(MOOR_HELD, moor_state(&peer.device));
  const moor_event_t *refused = peer_event(MOOR_EVENT_REFUSED);
  CHECK(refused != NULL && refused->is.refused.code == MOOR_REFUSE_BAD_KEY);
  peer_wait(29999);
  CHECK_NUMBER(0, peer.count);
  peer_wait(1);
  CHECK_NUMBER(1, peer_heard_count(MOOR_HELLO));
  CHECK_NUMBER(MOOR_CALLING, moor_state(&peer.device));
}

static void refuse_ofAnotherCall_isIgnored(void) {
  peer_start(NULL);
  peer_listen();
  peer.hello[16] ^= 1;
  peer_refuse(MOOR_REFUSE_BAD_KEY);
  CHECK_NUMBER(MOOR_CALLING, moor_state(&peer.device));
  CHECK_NUMBER(0, peer.event_count);
}

static void refuse_inALiveSession_isIgnored(void) {
  peer_start(NULL);
  peer_live();
  peer_wait(300);
  peer_invite();
  peer_listen();
  peer_refuse(MOOR_REFUSE_BAD_KEY);
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
}

static void invite_endsAHold_butNotWithin200Ms(void) {
  peer_start(NULL);
  peer_listen();
  peer_refuse(MOOR_REFUSE_UNKNOWN_DEVICE);
  peer_wait(199);
  peer_invite();
  peer_wait(0);
  CHECK_NUMBER(0, peer.count);
  peer_wait(1);
  peer_invite();
  peer_wait(0);
  CHECK_NUMBER(1, peer_heard_count(MOOR_HELLO));
}

static void invite_flood_bringsFiveHellosASecond(void) {
  peer_start(NULL);
  size_t hellos = 0;
  for (int i = 0; i < 1000; i++) {
    peer_invite();
    peer_wait(1);
    hellos += peer_heard_count(MOOR_HELLO);
  }
  CHECK(hellos <= 6);
}

static void invite_live_callsBesideTheSession_andGivesUp(void) {
  peer_start(NULL);
  peer_live();
  peer.keep_alive = 5000;
  peer_wait(1000);
  peer_invite();
  size_t hellos = 0;
  for (int i = 0; i < 60; i++) {
    peer_wait(100);
    hellos += peer_heard_count(MOOR_HELLO);
    if (i % 20 == 0) {
      peer_say(MOOR_ACK, NULL, 0);
    }
  }
  CHECK_NUMBER(3, hellos);
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
  CHECK_NUMBER(1, peer.event_count);
  peer_command(1, "command/x", "on");
  CHECK_NUMBER(1, peer.command_count);
}

static void invite_live_welcomeRenews(void) {
  peer_start(NULL);
  peer_live();
  peer_wait(300);
  peer_invite();
  peer_listen();
  uint8_t old[64];
  memcpy(old, peer.keys, sizeof old);
  peer_welcome();
  CHECK_NUMBER(3, peer.event_count);
  CHECK_NUMBER(MOOR_EVENT_LOST, peer.events[1].kind);
  CHECK_NUMBER(MOOR_LOST_RENEWED, peer.events[1].is.lost.why);
  peer_listen();
  CHECK_NUMBER(1, peer_heard(MOOR_PING)->counter);
  peer_frame(MOOR_ACK, 8, 1000, 0, 1, NULL, 0, old + 32);
  CHECK_NUMBER(1, moor_counters(&peer.device)->bad_tags);
}

static void pingAfterWelcome_lost_isRepeatedUntilSomethingComes(void) {
  peer_start(NULL);
  peer_listen();
  peer_welcome();
  peer_listen();
  CHECK_NUMBER(1, peer_heard_count(MOOR_PING));
  peer_wait(1000);
  CHECK_NUMBER(1, peer_heard_count(MOOR_PING));
  peer_say(MOOR_ACK, NULL, 0);
  peer_wait(1000);
  CHECK_NUMBER(0, peer.count);
}

static void random_fails_callsLater(void) {
  peer_start(NULL);
  peer.random_fails = true;
  peer_listen();
  CHECK_NUMBER(0, peer.count);
  CHECK(moor_wake_in(&peer.device, peer.now) == 1000);
  peer.random_fails = false;
  peer_wait(1000);
  CHECK_NUMBER(1, peer_heard_count(MOOR_HELLO));
}

static void noise_beforeHello_costsNothing(void) {
  static const uint8_t boot[] = "rst:0x1 (POWERON_RESET),boot:0x13";
  peer_start(NULL);
  peer_listen();
  peer_raw(boot, sizeof boot - 1);
  peer_raw((const uint8_t *)"", 1);
  peer_welcome();
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
  CHECK_NUMBER(1, moor_counters(&peer.device)->crc_errors);
}

void call_tests(void) {
  RUN(init_outOfRange_isRefused);
  RUN(hello_firstBytes_followTheFirstDelimiter);
  RUN(hello_unanswered_goesThriceAndThenWithANewNonce);
  RUN(welcome_good_opensTheSession);
  RUN(welcome_anyBitChanged_opensNothing);
  RUN(welcome_ofAnotherKey_isABadTag);
  RUN(welcome_again_isIgnored);
  RUN(welcome_againAfterAnInvite_isIgnored);
  RUN(welcome_outOfRange_isIgnored);
  RUN(refuse_holds_thenCallsAgain);
  RUN(refuse_ofAnotherCall_isIgnored);
  RUN(refuse_inALiveSession_isIgnored);
  RUN(invite_endsAHold_butNotWithin200Ms);
  RUN(invite_flood_bringsFiveHellosASecond);
  RUN(invite_live_callsBesideTheSession_andGivesUp);
  RUN(invite_live_welcomeRenews);
  RUN(pingAfterWelcome_lost_isRepeatedUntilSomethingComes);
  RUN(random_fails_callsLater);
  RUN(noise_beforeHello_costsNothing);
}
