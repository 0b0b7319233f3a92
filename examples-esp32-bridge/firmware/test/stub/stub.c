/* Stands in for ESP-IDF on the host. */
#include <stdint.h>
#include <string.h>

#include "bootloader_random.h"
#include "esp_random.h"
#include "mbedtls/sha256.h"
#include "moor_small_crypto.h"

static int source_on;

void mbedtls_sha256_init(mbedtls_sha256_context *ctx) { ctx->length = 0; }

void mbedtls_sha256_free(mbedtls_sha256_context *ctx) { ctx->length = 0; }

int mbedtls_sha256_starts(mbedtls_sha256_context *ctx, int is224) {
  ctx->length = 0;
  return is224;
}

int mbedtls_sha256_update(mbedtls_sha256_context *ctx, const unsigned char *input, size_t ilen) {
  if (ilen > sizeof ctx->data - ctx->length) {
    return -1;
  }
  memcpy(ctx->data + ctx->length, input, ilen);
  ctx->length += ilen;
  return 0;
}

int mbedtls_sha256_finish(mbedtls_sha256_context *ctx, unsigned char *output) {
  moor_crypto_t crypto;
  const moor_part_t whole = {ctx->data, ctx->length};
  moor_small_crypto(&crypto, NULL, NULL);
  return crypto.sha256(NULL, &whole, 1, output) ? 0 : -1;
}

void bootloader_random_enable(void) { source_on = 1; }

void bootloader_random_disable(void) { source_on = 0; }

void esp_fill_random(void *buf, size_t len) { memset(buf, source_on ? 0x5A : 0, len); }
