/* mbedTLS 3's SHA-256 as far as moor_mbedtls.c uses it, so that this file is compiled and run on the host. */
#ifndef STUB_SHA256_H
#define STUB_SHA256_H

#include <stddef.h>

typedef struct {
  unsigned char data[1048576];
  size_t length;
} mbedtls_sha256_context;

void mbedtls_sha256_init(mbedtls_sha256_context *ctx);
void mbedtls_sha256_free(mbedtls_sha256_context *ctx);
int mbedtls_sha256_starts(mbedtls_sha256_context *ctx, int is224);
int mbedtls_sha256_update(mbedtls_sha256_context *ctx, const unsigned char *input, size_t ilen);
int mbedtls_sha256_finish(mbedtls_sha256_context *ctx, unsigned char *output);

#endif
