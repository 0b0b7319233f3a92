package io.mooring.identity;

/**
 * The handle of a SaltedPassword (RFC 5802, section 3), together with what it was made for. The key
 * may live in a token and never leave it: ClientKey and ServerKey of a login are two HMACs away.
 */
public interface SaltedPassword extends SecretMac {
  /** The mechanism without {@code -PLUS}: {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}. */
  String mechanism();

  /** The SCRAM user name, as it was prepared (not escaped). */
  String userName();

  /** A copy of the salt that the broker uses for this user. */
  byte[] salt();

  /** The iteration count that the broker uses for this user. */
  int iterations();
}
