package io.mooring.identity;

/**
 * A keyed HMAC whose key may live in a token: a handle, never key bytes. For SCRAM the key is the
 * SaltedPassword (RFC 5802, section 3). Calls are made on a worker thread, never on the event loop.
 */
public interface SecretMac {
  /** The JCA name of the algorithm: {@code HmacSHA256} or {@code HmacSHA512}. */
  String algorithm();

  /**
   * HMAC(key, data).
   *
   * @return a fresh array that the caller may wipe
   * @throws io.mooring.error.KeystoreException if the key is gone or the token refuses
   */
  byte[] mac(byte[] data);
}
