#include "peer.h"

#include "moor_small_crypto.h"

peer_t peer;

static moor_crypto_t small;

static bool random_bytes(void *context, uint8_t *out, size_t length) {
  (void)context;
  memset(out, ++peer.random, length);
  return !peer.random_fails;
}

static bool sha256(void *context, const moor_part_t *parts, size_t count, uint8_t digest[MOOR_DIGEST_SIZE]) {
  return !peer.crypto_fails && small.sha256(context, parts, count, digest);
}

static bool hmac(void *context, const uint8_t *key, size_t key_length, const moor_part_t *parts, size_t count,
                 uint8_t mac[MOOR_DIGEST_SIZE]) {
  return !peer.crypto_fails && small.hmac_sha256(context, key, key_length, parts, count, mac);
}

static moor_result_t on_command(void *context, const moor_message_t *command) {
  (void)context;
  size_t length = command->content_length < sizeof peer.last_command - 1 ? command->content_length
                                                                         : sizeof peer.last_command - 1;
  memcpy(peer.last_command, command->content, length);
  peer.last_command[length] = '\0';
  peer.commands[peer.command_count++ % 64] = command->number;
  return peer.answer;
}

static void on_remember(void *context, const moor_memory_t *memory) {
  (void)context;
  (void)memory;
  peer.remembered++;
}

static void on_result(void *context, uint32_t number, moor_result_t result) {
  (void)context;
  peer.results[peer.result_count % 64].number = number;
  peer.results[peer.result_count++ % 64].code = result;
}

static void on_event(void *context, const moor_event_t *event) {
  (void)context;
  peer.events[peer.event_count++ % 32] = *event;
}

void peer_start(const moor_memory_t *memory) {
  static const uint8_t key[MOOR_KEY_SIZE] = {1, 2, 3};
  uint32_t now = peer.now;
  memset(&peer, 0, sizeof peer);
  peer.now = now + 10;
  moor_small_crypto(&small, NULL, NULL);
  moor_config_t config;
  moor_config_defaults(&config);
  config.id = "meter-1";
  config.key = key;
  config.memory = memory;
  config.crypto.sha256 = sha256;
  config.crypto.hmac_sha256 = hmac;
  config.crypto.random = random_bytes;
  config.handlers.command = on_command;
  config.handlers.remember = on_remember;
  config.handlers.result = on_result;
  config.handlers.event = on_event;
  CHECK_NUMBER(MOOR_OK, moor_init(&peer.device, &config));
  peer.tool.crypto = small;
  memcpy(peer.tool.key, key, sizeof key);
  memcpy(peer.tool.id, "meter-1", 8);
  moor_cobs_reset(&peer.tool);
  peer.credit = 8;
  peer.keep_alive = 5000;
  peer.largest = 4096;
  peer.down_stream = 0xD0;
  moor_line_opened(&peer.device, peer.now);
}

static void hear(bool lead) {
  const uint8_t *in = peer.tool.in.bytes;
  size_t length = moor_get16(in + 2);
  const uint8_t *key = peer.keys;
  uint8_t hello_key[32];
  CHECK_NUMBER(peer.tool.in.length, length + MOOR_FRAME_OVERHEAD);
  if (in[0] == MOOR_HELLO) {
    CHECK(moor_hello_key(&peer.tool, hello_key));
    key = hello_key;
    peer.hello_length = MOOR_HEAD_SIZE + length;
    memcpy(peer.hello, in, peer.hello_length);
  }
  CHECK(moor_tag_good(&peer.tool, key, in, MOOR_HEAD_SIZE + length));
  CHECK_NUMBER(moor_crc32(in, length + 28), moor_get32(in + length + 28));
  CHECK(peer.count < PEER_FRAMES);
  heard_t *heard = &peer.heard[peer.count++ % PEER_FRAMES];
  heard->type = in[0];
  heard->credit = in[1];
  heard->counter = moor_get32(in + 4);
  heard->seq = moor_get16(in + 8);
  heard->ack = moor_get16(in + 10);
  heard->length = length;
  heard->lead = lead;
  memcpy(heard->payload, in + MOOR_HEAD_SIZE, length);
}

void peer_listen(void) {
  uint8_t bytes[7]; /* small, so that frames come in pieces */
  size_t length;
  bool lead = false;
  bool between = true;
  peer.count = 0;
  while ((length = moor_transmit(&peer.device, bytes, sizeof bytes, peer.now)) > 0) {
    for (size_t i = 0; i < length; i++) {
      moor_cobs_t taken = moor_cobs_take(&peer.tool, bytes[i]);
      CHECK(taken != MOOR_COBS_BAD);
      lead = lead || (between && bytes[i] == 0);
      if (taken == MOOR_COBS_FRAME) {
        hear(lead);
        lead = false;
      }
      between = bytes[i] == 0;
    }
  }
}

void peer_wait(uint32_t ms) {
  peer.now += ms;
  peer_listen();
}

void peer_raw(const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    moor_receive(&peer.device, bytes + i, 1, peer.now);
  }
}

void peer_frame(uint8_t type, uint8_t credit, uint32_t counter, uint16_t seq, uint16_t ack, const void *payload,
                size_t length, const uint8_t *key) {
  static uint8_t bytes[MOOR_WIRE_SHIFT + 2 * MOOR_FRAME_SIZE];
  uint8_t *body = bytes + MOOR_WIRE_SHIFT;
  body[0] = type;
  body[1] = credit;
  moor_put16(body + 2, (uint16_t)length);
  moor_put32(body + 4, counter);
  moor_put16(body + 8, seq);
  moor_put16(body + 10, ack);
  if (length > 0) {
    memcpy(body + 12, payload, length);
  }
  memset(body + 12 + length, 0, MOOR_TAG_SIZE);
  if (key != NULL) {
    CHECK(moor_tag(&peer.tool, key, body, 12 + length, body + 12 + length));
  }
  moor_put32(body + 28 + length, moor_crc32(body, 28 + length));
  peer_raw(bytes, moor_cobs_encode(bytes, 0, MOOR_WIRE_SHIFT, 32 + length));
}

void peer_invite(void) { peer_frame(MOOR_INVITE, 0, 0, 0, 0, "\1", 1, NULL); }

void peer_welcome(void) {
  uint8_t *payload = peer.welcome + MOOR_HEAD_SIZE;
  memset(peer.welcome, 0, sizeof peer.welcome);
  peer.welcome[0] = MOOR_WELCOME;
  peer.welcome[1] = peer.credit;
  moor_put16(peer.welcome + 2, MOOR_WELCOME_PAYLOAD);
  moor_put16(peer.welcome + 10, 1);
  payload[0] = 1;
  moor_put16(payload + 2, peer.largest);
  memcpy(payload + 4, peer.hello + 16, 16);
  memset(payload + 20, ++peer.nonce, 16);
  memset(payload + 36, peer.down_stream, 8);
  moor_put16(payload + 44, peer.keep_alive);
  moor_put32(payload + 46, 41);
  peer.welcome_length = MOOR_HEAD_SIZE + MOOR_WELCOME_PAYLOAD;
  CHECK(moor_session_keys(&peer.tool, peer.hello, peer.hello_length, peer.welcome, peer.welcome_length, peer.keys));
  peer.counter = 0;
  peer.seq = 1;
  peer.ack = 1;
  peer_frame(MOOR_WELCOME, peer.credit, 0, 0, 1, payload, MOOR_WELCOME_PAYLOAD, peer.keys + 32);
}

void peer_refuse(uint8_t code) {
  uint8_t payload[MOOR_REFUSE_PAYLOAD] = {code};
  memcpy(payload + 4, peer.hello + 16, 16);
  peer_frame(MOOR_REFUSE, 0, 0, 0, 0, payload, sizeof payload, NULL);
}

void peer_say(uint8_t type, const void *payload, size_t length) {
  uint16_t seq = type >= MOOR_PUBLISH ? peer.seq++ : 0;
  peer_frame(type, peer.credit, ++peer.counter, seq, peer.ack, payload, length, peer.keys + 32);
}

void peer_ack(uint16_t ack, uint8_t credit) {
  peer.ack = ack;
  peer.credit = credit;
  peer_say(MOOR_ACK, NULL, 0);
}

void peer_command(uint32_t number, const char *topic, const char *content) {
  uint8_t payload[MOOR_MAX_PAYLOAD];
  size_t topic_length = strlen(topic);
  payload[0] = number == 0 ? 0 : 1;
  payload[1] = (uint8_t)topic_length;
  moor_put32(payload + 2, number);
  memcpy(payload + 6, topic, topic_length);
  memcpy(payload + 6 + topic_length, content, strlen(content));
  peer_say(MOOR_PUBLISH, payload, 6 + topic_length + strlen(content));
}

void peer_result(uint32_t number, uint8_t code) {
  uint8_t payload[5];
  moor_put32(payload, number);
  payload[4] = code;
  peer_say(MOOR_RESULT, payload, sizeof payload);
}

void peer_live(void) {
  peer_listen();
  CHECK(peer_heard(MOOR_HELLO) != NULL);
  peer_welcome();
  peer_listen();
  const heard_t *ping = peer_heard(MOOR_PING);
  CHECK(ping != NULL && ping->counter == 1);
  CHECK_NUMBER(MOOR_LIVE, moor_state(&peer.device));
  if (ping != NULL) {
    peer_say(MOOR_PONG, ping->payload, MOOR_PING_PAYLOAD);
  }
}

const heard_t *peer_heard(uint8_t type) {
  for (size_t i = 0; i < peer.count; i++) {
    if (peer.heard[i].type == type) {
      return &peer.heard[i];
    }
  }
  return NULL;
}

size_t peer_heard_count(uint8_t type) {
  size_t count = 0;
  for (size_t i = 0; i < peer.count; i++) {
    count += peer.heard[i].type == type ? 1u : 0u;
  }
  return count;
}

const moor_event_t *peer_event(moor_event_kind_t kind) {
  for (size_t i = peer.event_count; i > 0; i--) {
    if (peer.events[(i - 1) % 32].kind == kind) {
      return &peer.events[(i - 1) % 32];
    }
  }
  return NULL;
}

moor_status_t peer_publish(uint8_t qos, const char *content) {
  moor_message_t message = {.topic = "telemetry/temp", .topic_length = 14, .qos = qos};
  message.content = (const uint8_t *)content;
  message.content_length = strlen(content);
  return moor_publish(&peer.device, &message, NULL);
}
