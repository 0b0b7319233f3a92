#include <string.h>

#include "moor_internal.h"

static const char HELLO_INFO[] = "mooring-bridge/1 hello ";
static const char SESSION_INFO[] = "mooring-bridge/1 session";

static moor_part_t part(const void *data, size_t length) {
  moor_part_t result = {data, length};
  return result;
}

/* RFC 5869 of the device's key, for one or two blocks of output. */
static bool hkdf(const moor_device_t *device, moor_part_t salt, moor_part_t info, moor_part_t more_info, uint8_t *out,
                 size_t blocks) {
  const moor_crypto_t *crypto = &device->crypto;
  uint8_t prk[MOOR_DIGEST_SIZE];
  moor_part_t parts[4] = {part(device->key, MOOR_KEY_SIZE), {NULL, 0}, {NULL, 0}, {NULL, 0}};
  bool good = crypto->hmac_sha256(crypto->context, salt.data, salt.length, parts, 1, prk);
  for (uint8_t block = 1; good && block <= blocks; block++) {
    uint8_t *here = out + (size_t)(block - 1u) * MOOR_DIGEST_SIZE;
    parts[0] = block == 1 ? part(here, 0) : part(here - MOOR_DIGEST_SIZE, MOOR_DIGEST_SIZE);
    parts[1] = info;
    parts[2] = more_info;
    parts[3] = part(&block, 1);
    good = crypto->hmac_sha256(crypto->context, prk, sizeof prk, parts, 4, here);
  }
  moor_erase(prk, sizeof prk);
  return good;
}

bool moor_hello_key(const moor_device_t *device, uint8_t key[MOOR_DIGEST_SIZE]) {
  static const uint8_t no_salt[MOOR_DIGEST_SIZE] = {0};
  return hkdf(device, part(no_salt, sizeof no_salt), part(HELLO_INFO, sizeof HELLO_INFO - 1u),
              part(device->id, strlen(device->id)), key, 1);
}

bool moor_session_keys(const moor_device_t *device, const uint8_t *hello, size_t hello_length, const uint8_t *welcome,
                       size_t welcome_length, uint8_t keys[2 * MOOR_DIGEST_SIZE]) {
  uint8_t salt[MOOR_DIGEST_SIZE];
  const moor_part_t transcript[2] = {part(hello, hello_length), part(welcome, welcome_length)};
  return device->crypto.sha256(device->crypto.context, transcript, 2, salt) &&
         hkdf(device, part(salt, sizeof salt), part(SESSION_INFO, sizeof SESSION_INFO - 1u), part(SESSION_INFO, 0),
              keys, 2);
}

bool moor_tag(const moor_device_t *device, const uint8_t *key, const uint8_t *body, size_t body_length, uint8_t *tag) {
  uint8_t mac[MOOR_DIGEST_SIZE];
  const moor_part_t whole = part(body, body_length);
  bool good = device->crypto.hmac_sha256(device->crypto.context, key, MOOR_DIGEST_SIZE, &whole, 1, mac);
  if (good) {
    moor_copy(tag, mac, MOOR_TAG_SIZE);
  }
  return good;
}

bool moor_tag_good(const moor_device_t *device, const uint8_t *key, const uint8_t *frame, size_t body_length) {
  uint8_t tag[MOOR_TAG_SIZE];
  return moor_tag(device, key, frame, body_length, tag) && moor_equal(tag, frame + body_length, MOOR_TAG_SIZE);
}
