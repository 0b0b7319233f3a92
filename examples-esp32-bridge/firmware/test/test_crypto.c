/* FIPS 180-4 examples, RFC 4231, RFC 5869, through the port, in one part and in many. */
#include "check.h"
#include "hex.h"
#include "moor_internal.h"
#include "moor_mbedtls.h"
#include "moor_small_crypto.h"

static moor_crypto_t crypto;

static bool no_random(void *context, uint8_t *out, size_t length) {
  (void)context;
  (void)out;
  (void)length;
  return false;
}

static size_t cut(moor_part_t *parts, size_t most, const uint8_t *data, size_t length, size_t step) {
  size_t count = 0;
  for (size_t at = 0; at < length && count < most; at += step, count++) {
    parts[count].data = data + at;
    parts[count].length = count + 1 == most || length - at < step ? length - at : step;
  }
  return count;
}

static void sha(const uint8_t *data, size_t length, const char *expected) {
  uint8_t want[32];
  uint8_t digest[32];
  moor_part_t parts[8];
  hex_bytes(expected, want, sizeof want);
  for (size_t step = 1; step <= 129; step += 64) {
    CHECK(crypto.sha256(crypto.context, parts, cut(parts, 8, data, length, step), digest));
    CHECK_BYTES(want, digest, 32);
  }
}

static void sha256_fips180Examples_match(void) {
  sha((const uint8_t *)"abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  sha((const uint8_t *)"", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  sha((const uint8_t *)"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  sha((const uint8_t *)"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnop"
                       "qrsmnopqrstnopqrstu",
      112, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

static void sha256_aMillionTimesA_matches(void) {
  static uint8_t million[1000000];
  memset(million, 'a', sizeof million);
  sha(million, sizeof million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void hmac(const char *key, const char *data, const char *expected, size_t bytes) {
  uint8_t key_bytes[64];
  uint8_t data_bytes[256];
  uint8_t want[32];
  uint8_t mac[32];
  size_t key_length = hex_bytes(key, key_bytes, sizeof key_bytes);
  size_t data_length = hex_bytes(data, data_bytes, sizeof data_bytes);
  hex_bytes(expected, want, sizeof want);
  moor_part_t parts[4];
  for (size_t step = 1; step <= 65; step += 32) {
    size_t count = cut(parts, 4, data_bytes, data_length, step);
    CHECK(crypto.hmac_sha256(crypto.context, key_bytes, key_length, parts, count, mac));
    CHECK_BYTES(want, mac, bytes);
  }
}

static void hmac_rfc4231Cases1To5_match(void) {
  hmac("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", 32);
  hmac("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", 32);
  hmac("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
       "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe", 32);
  hmac("0102030405060708090a0b0c0d0e0f10111213141516171819",
       "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b", 32);
  hmac("0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c", "546573742057697468205472756e636174696f6e",
       "a3b6167473100ee06e0c796c2955552b", 16);
}

static void hmac_keyOver64Bytes_isRefused(void) {
  static const uint8_t key[65] = {0};
  uint8_t mac[32];
  const moor_part_t nothing = {key, 0};
  CHECK(!crypto.hmac_sha256(crypto.context, key, sizeof key, &nothing, 1, mac));
}

static void equal_oneBitOff_isSeen(void) {
  uint8_t a[16] = {0};
  uint8_t b[16] = {0};
  CHECK(moor_equal(a, b, 16));
  for (size_t bit = 0; bit < 128; bit++) {
    b[bit / 8] = (uint8_t)(1u << bit % 8);
    CHECK(!moor_equal(a, b, 16));
    b[bit / 8] = 0;
  }
}

static void crypto_contract(void) {
  RUN(sha256_fips180Examples_match);
  RUN(sha256_aMillionTimesA_matches);
  RUN(hmac_rfc4231Cases1To5_match);
  RUN(hmac_keyOver64Bytes_isRefused);
}

void crypto_tests(void) {
  moor_small_crypto(&crypto, no_random, NULL);
  crypto_contract();
  moor_mbedtls(&crypto);
  crypto_contract();
  RUN(equal_oneBitOff_isSeen);
}
