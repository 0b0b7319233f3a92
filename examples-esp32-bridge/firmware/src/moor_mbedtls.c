/* Compiled by ESP-IDF and by the Arduino core of an ESP32; elsewhere this file is empty. */
#include "moor_mbedtls.h"

#ifdef ESP_PLATFORM

#include <mbedtls/sha256.h>

#include "bootloader_random.h"
#include "esp_random.h"
#include "sdkconfig.h"

#define BLOCK_SIZE 64u

static bool add(mbedtls_sha256_context *sha, const moor_part_t *parts, size_t count) {
  bool good = true;
  for (size_t i = 0; good && i < count; i++) {
    good = parts[i].length == 0 || mbedtls_sha256_update(sha, parts[i].data, parts[i].length) == 0;
  }
  return good;
}

/* mbedtls_md would do HMAC, but allocates; this is RFC 2104 over the hash without the heap. */
static bool hash(const uint8_t *before, size_t before_length, const moor_part_t *parts, size_t count,
                 uint8_t digest[MOOR_DIGEST_SIZE]) {
  mbedtls_sha256_context sha;
  const moor_part_t first = {before, before_length};
  mbedtls_sha256_init(&sha);
  bool good = mbedtls_sha256_starts(&sha, 0) == 0 && add(&sha, &first, 1) && add(&sha, parts, count) &&
              mbedtls_sha256_finish(&sha, digest) == 0;
  mbedtls_sha256_free(&sha);
  return good;
}

static bool sha256(void *context, const moor_part_t *parts, size_t count, uint8_t digest[MOOR_DIGEST_SIZE]) {
  (void)context;
  return hash(NULL, 0, parts, count, digest);
}

static bool hmac_sha256(void *context, const uint8_t *key, size_t key_length, const moor_part_t *parts, size_t count,
                        uint8_t mac[MOOR_DIGEST_SIZE]) {
  (void)context;
  if (key_length > BLOCK_SIZE) {
    return false;
  }
  uint8_t pad[BLOCK_SIZE];
  for (size_t i = 0; i < BLOCK_SIZE; i++) {
    pad[i] = (uint8_t)((i < key_length ? key[i] : 0u) ^ 0x36u);
  }
  bool good = hash(pad, sizeof pad, parts, count, mac);
  for (size_t i = 0; i < BLOCK_SIZE; i++) {
    pad[i] = (uint8_t)(pad[i] ^ 0x36u ^ 0x5Cu);
  }
  const moor_part_t inner = {mac, MOOR_DIGEST_SIZE};
  good = good && hash(pad, sizeof pad, &inner, 1, mac);
  volatile uint8_t *left = pad;
  for (size_t i = 0; i < sizeof pad; i++) {
    left[i] = 0;
  }
  return good;
}

static bool random_bytes(void *context, uint8_t *out, size_t length) {
  (void)context;
#ifndef CONFIG_MOOR_RADIO_ON
  bootloader_random_enable();
#endif
  esp_fill_random(out, length);
#ifndef CONFIG_MOOR_RADIO_ON
  bootloader_random_disable();
#endif
  return true;
}

void moor_mbedtls(moor_crypto_t *crypto) {
  crypto->context = NULL;
  crypto->sha256 = sha256;
  crypto->hmac_sha256 = hmac_sha256;
  crypto->random = random_bytes;
}

#else

/* ISO C wants something in every file. */
typedef int moor_mbedtls_needs_an_esp32;

#endif
