/*
 * libFuzzer target of all that the device reads. The first byte chooses how.
 *   even: the rest comes off the line as it is. Nonces, key and id are those of the vectors, so that the seeds reach a
 *         live session.
 *   odd:  a live session whose crypto port says yes to every tag; the rest is frames (length 2, then type, credit,
 *         seq, ack, payload) that get a right head and checksum here, so that the fuzzer reaches the messages.
 */
#include <stdlib.h>
#include <string.h>

#include "moor_internal.h"
#include "moor_small_crypto.h"

static moor_device_t device;
static uint32_t now;
static bool lenient;
static moor_crypto_t small;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition) {
  if (!condition) {
    abort();
  }
}

static bool random_bytes(void *context, uint8_t *out, size_t length) {
  (void)context;
  for (size_t i = 0; i < length; i++) {
    out[i] = (uint8_t)(0xA0u + i);
  }
  return true;
}

static bool hmac(void *context, const uint8_t *key, size_t key_length, const moor_part_t *parts, size_t count,
                 uint8_t mac[MOOR_DIGEST_SIZE]) {
  if (!lenient) {
    return small.hmac_sha256(context, key, key_length, parts, count, mac);
  }
  memset(mac, 0, MOOR_DIGEST_SIZE);
  return true;
}

static moor_result_t command(void *context, const moor_message_t *message) {
  (void)context;
  must(moor_topic_good((const uint8_t *)message->topic, message->topic_length));
  must(message->content >= device.in.bytes && message->content + message->content_length <= device.in.bytes + device.in.length);
  must(message->correlation_length <= MOOR_MAX_CORRELATION);
  moor_message_t answer = *message;
  (void)moor_publish(&device, &answer, NULL);
  return message->content_length % 3 == 0 ? MOOR_FAILED : MOOR_ACCEPTED;
}

static void drain(void) {
  uint8_t out[97];
  size_t frames = 0;
  while (moor_transmit(&device, out, sizeof out, now) > 0) {
    must(++frames < 2000);
  }
  must(device.up.count <= MOOR_WINDOW && device.up.next <= device.up.count && device.up.sent <= device.up.count);
  must(device.down.count <= MOOR_RESULTS);
  must(moor_free_slots(&device) <= MOOR_SLOTS);
  must(moor_wake_in(&device, now) > 0);
}

static void begin(void) {
  static const moor_memory_t memory = {.up_stream = {1, 2, 3, 4, 5, 6, 7, 8}, .up_next = 42};
  static uint8_t key[MOOR_KEY_SIZE];
  for (size_t i = 0; i < sizeof key; i++) {
    key[i] = (uint8_t)i;
  }
  moor_config_t config;
  moor_config_defaults(&config);
  moor_small_crypto(&small, random_bytes, NULL);
  config.id = "meter-0042";
  config.text = "demo 1.0";
  config.key = key;
  config.memory = &memory;
  config.crypto = small;
  config.crypto.hmac_sha256 = hmac;
  config.handlers.command = command;
  must(moor_init(&device, &config) == MOOR_OK);
  now = 1000;
  moor_line_opened(&device, now);
  const moor_message_t message = {.topic = "a", .topic_length = 1, .qos = 1};
  must(moor_publish(&device, &message, NULL) == MOOR_OK);
  drain();
}

static void frame(uint8_t type, uint8_t credit, uint32_t counter, uint16_t seq, uint16_t ack, const uint8_t *payload,
                  size_t length) {
  static uint8_t bytes[2 * MOOR_FRAME_SIZE + 64];
  uint8_t *body = bytes + 32;
  body[0] = type;
  body[1] = credit;
  moor_put16(body + 2, (uint16_t)length);
  moor_put32(body + 4, counter);
  moor_put16(body + 8, seq);
  moor_put16(body + 10, ack);
  memcpy(body + 12, payload, length);
  memset(body + 12 + length, 0, MOOR_TAG_SIZE);
  moor_put32(body + 28 + length, moor_crc32(body, 28 + length));
  moor_receive(&device, bytes, moor_cobs_encode(bytes, 0, 32, 32 + length), now);
}

static void frames(const uint8_t *data, size_t size) {
  uint8_t welcome[MOOR_WELCOME_PAYLOAD] = {1, 0, 2, 0};
  memcpy(welcome + 4, device.call.nonce, MOOR_NONCE_SIZE);
  welcome[44] = 0x13;
  frame(MOOR_WELCOME, 4, 0, 0, 1, welcome, sizeof welcome);
  must(moor_state(&device) == MOOR_LIVE);
  drain();
  uint32_t counter = 0;
  while (size >= 8) {
    size_t length = moor_get16(data) % MOOR_MAX_PAYLOAD;
    uint8_t type = data[2];
    /* Small distances from what the device expects are the interesting ones. */
    uint16_t seq = type < MOOR_PUBLISH ? 0 : (uint16_t)(device.down.expected + (int8_t)data[4] / 16);
    uint16_t ack = (uint16_t)(device.up.base + (int8_t)data[5] / 16);
    now += data[6];
    data += 7;
    size -= 7;
    length = length < size ? length : size;
    bool handshake = type <= MOOR_REFUSE;
    frame(type, data[-4], handshake ? 0 : ++counter, seq, ack, data, length);
    data += length;
    size -= length;
    drain();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  lenient = (data[0] & 1u) != 0;
  begin();
  if (lenient) {
    frames(data + 1, size - 1);
  } else {
    moor_receive(&device, data + 1, size - 1, now);
    drain();
  }
  now += 7000;
  drain();
  moor_line_closed(&device, now);
  return 0;
}
