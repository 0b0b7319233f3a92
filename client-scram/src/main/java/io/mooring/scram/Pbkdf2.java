package io.mooring.scram;

import java.util.Arrays;

/**
 * Hi(str, salt, i) of RFC 5802, section 2.2: the costly step, behind a seam so that tests can count
 * its runs.
 *
 * <p>A loop over HMAC instead of the JCA's {@code PBKDF2WithHmac...}, which takes characters and
 * leaves their encoding to the provider: SCRAM defines it over bytes, and a password that a broker
 * stored without SASLprep may be any bytes.
 */
@FunctionalInterface
interface Pbkdf2 {
  /** The real one. */
  Pbkdf2 HI = Pbkdf2::computeHi;

  /** SaltedPassword := Hi(Normalize(password), salt, i); the caller wipes it. */
  byte[] hi(ScramHash hash, byte[] str, byte[] salt, int i);

  private static byte[] computeHi(ScramHash hash, byte[] str, byte[] salt, int i) {
    byte[] u = null;
    try (Hmac hmac = new Hmac(hash, str)) {
      // INT(1): the first and only block, since the key is as long as the hash.
      byte[] saltAndInt1 = Arrays.copyOf(salt, salt.length + Integer.BYTES);
      saltAndInt1[saltAndInt1.length - 1] = 1;
      u = hmac.of(saltAndInt1);
      byte[] hi = u.clone();
      for (int round = 1; round < i; round++) {
        hmac.inPlace(u);
        for (int k = 0; k < hi.length; k++) {
          hi[k] ^= u[k];
        }
      }
      return hi;
    } finally {
      if (u != null) {
        Arrays.fill(u, (byte) 0);
      }
    }
  }
}
