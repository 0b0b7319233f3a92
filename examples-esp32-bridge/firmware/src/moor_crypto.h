/*
 * The crypto port: what the library asks of its surroundings. ESP-IDF fills it with mbedTLS (moor_mbedtls.h), a host
 * or a small board with the implementation that comes along (moor_small_crypto.h).
 */
#ifndef MOOR_CRYPTO_H
#define MOOR_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a SHA-256 digest and of an HMAC-SHA-256. */
#define MOOR_DIGEST_SIZE 32u

/* A run of bytes; several of them are hashed as if they stood behind one another. */
typedef struct {
  const uint8_t *data;
  size_t length;
} moor_part_t;

/*
 * Each function returns true when it filled its output. After false the library sends nothing that would have needed
 * it and ends the session (MOOR_LOST_CRYPTO).
 */
typedef struct {
  void *context;
  /* SHA-256 (FIPS 180-4) of the parts. */
  bool (*sha256)(void *context, const moor_part_t *parts, size_t count, uint8_t digest[MOOR_DIGEST_SIZE]);
  /* HMAC-SHA-256 (RFC 2104) of the parts. The key has 0 to 64 bytes. */
  bool (*hmac_sha256)(void *context, const uint8_t *key, size_t key_length, const moor_part_t *parts, size_t count,
                      uint8_t mac[MOOR_DIGEST_SIZE]);
  /*
   * Bytes of a cryptographic random generator. On an ESP32 with its radio off the hardware generator needs an entropy
   * source switched on: see moor_mbedtls.c.
   */
  bool (*random)(void *context, uint8_t *out, size_t length);
} moor_crypto_t;

#ifdef __cplusplus
}
#endif

#endif
