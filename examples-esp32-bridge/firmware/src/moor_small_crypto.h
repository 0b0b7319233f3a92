/*
 * SHA-256 and HMAC-SHA-256 in portable C, for the host and for boards without a crypto library. On an ESP32 take
 * moor_mbedtls.h: it uses the hardware.
 */
#ifndef MOOR_SMALL_CRYPTO_H
#define MOOR_SMALL_CRYPTO_H

#include "moor_crypto.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets sha256 and hmac_sha256; random (cryptographic) and its context come from the caller. */
void moor_small_crypto(moor_crypto_t *crypto, bool (*random)(void *context, uint8_t *out, size_t length),
                       void *context);

#ifdef __cplusplus
}
#endif

#endif
