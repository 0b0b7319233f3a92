#include "moor_small_crypto.h"

#include <string.h>

/* Names and steps are those of FIPS 180-4, section 6.2. */
typedef struct {
  uint32_t h[8];
  uint64_t length;
  uint8_t block[64];
  size_t filled;
} sha256_t;

static const uint32_t K[64] = {
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u};

static uint32_t rotr(uint32_t x, unsigned n) { return x >> n | x << (32u - n); }

static void compress(sha256_t *sha) {
  uint32_t w[16];
  uint32_t v[8];
  memcpy(v, sha->h, sizeof v);
  for (unsigned t = 0; t < 64; t++) {
    uint32_t *wt = &w[t & 15u];
    if (t < 16) {
      const uint8_t *m = sha->block + 4u * t;
      *wt = (uint32_t)m[0] << 24 | (uint32_t)m[1] << 16 | (uint32_t)m[2] << 8 | m[3];
    } else {
      uint32_t w15 = w[(t + 1u) & 15u];
      uint32_t w2 = w[(t + 14u) & 15u];
      *wt += (rotr(w15, 7) ^ rotr(w15, 18) ^ w15 >> 3) + w[(t + 9u) & 15u] +
             (rotr(w2, 17) ^ rotr(w2, 19) ^ w2 >> 10);
    }
    uint32_t t1 = v[7] + (rotr(v[4], 6) ^ rotr(v[4], 11) ^ rotr(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
                  K[t] + *wt;
    uint32_t t2 = (rotr(v[0], 2) ^ rotr(v[0], 13) ^ rotr(v[0], 22)) +
                  ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += t1;
    v[0] = t1 + t2;
  }
  for (unsigned i = 0; i < 8; i++) {
    sha->h[i] += v[i];
  }
}

static void begin(sha256_t *sha) {
  static const uint32_t initial[8] = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
                                      0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
  memcpy(sha->h, initial, sizeof sha->h);
  sha->length = 0;
  sha->filled = 0;
}

static void update(sha256_t *sha, const uint8_t *data, size_t length) {
  sha->length += length;
  for (size_t i = 0; i < length; i++) {
    sha->block[sha->filled++] = data[i];
    if (sha->filled == sizeof sha->block) {
      compress(sha);
      sha->filled = 0;
    }
  }
}

/* Leaves nothing of the message behind. */
static void finish(sha256_t *sha, uint8_t digest[MOOR_DIGEST_SIZE]) {
  uint64_t bits = sha->length * 8u;
  uint8_t padding = 0x80u;
  do {
    update(sha, &padding, 1);
    padding = 0;
  } while (sha->filled != 56);
  for (unsigned i = 0; i < 8; i++) {
    sha->block[56u + i] = (uint8_t)(bits >> (56u - 8u * i) & 0xFFu);
  }
  compress(sha);
  for (unsigned i = 0; i < 32; i++) {
    digest[i] = (uint8_t)(sha->h[i / 4u] >> (24u - 8u * (i % 4u)) & 0xFFu);
  }
  volatile uint8_t *left = (volatile uint8_t *)sha;
  for (size_t i = 0; i < sizeof *sha; i++) {
    left[i] = 0;
  }
}

static void update_parts(sha256_t *sha, const moor_part_t *parts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    update(sha, parts[i].data, parts[i].length);
  }
}

static bool sha256(void *context, const moor_part_t *parts, size_t count, uint8_t digest[MOOR_DIGEST_SIZE]) {
  (void)context;
  sha256_t sha;
  begin(&sha);
  update_parts(&sha, parts, count);
  finish(&sha, digest);
  return true;
}

static void pad_key(sha256_t *sha, const uint8_t *key, size_t key_length, uint8_t pad) {
  begin(sha);
  for (size_t i = 0; i < 64; i++) {
    uint8_t byte = (uint8_t)((i < key_length ? key[i] : 0u) ^ pad);
    update(sha, &byte, 1);
  }
}

static bool hmac_sha256(void *context, const uint8_t *key, size_t key_length, const moor_part_t *parts, size_t count,
                        uint8_t mac[MOOR_DIGEST_SIZE]) {
  (void)context;
  if (key_length > 64) {
    return false;
  }
  sha256_t sha;
  pad_key(&sha, key, key_length, 0x36u);
  update_parts(&sha, parts, count);
  finish(&sha, mac);
  pad_key(&sha, key, key_length, 0x5Cu);
  update(&sha, mac, MOOR_DIGEST_SIZE);
  finish(&sha, mac);
  return true;
}

void moor_small_crypto(moor_crypto_t *crypto, bool (*random)(void *context, uint8_t *out, size_t length),
                       void *context) {
  crypto->context = context;
  crypto->sha256 = sha256;
  crypto->hmac_sha256 = hmac_sha256;
  crypto->random = random;
}
