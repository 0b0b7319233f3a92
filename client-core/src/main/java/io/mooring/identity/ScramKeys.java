package io.mooring.identity;

/**
 * The keys that SCRAM makes of a password, bound to the user, hash, salt and iteration count they
 * were made for (RFC 5802, section 3): what a device stores instead of the password. With them a
 * login runs no PBKDF2.
 *
 * <p>Whoever reads a ClientKey can log in as the device; it does not reveal the password.
 */
public interface ScramKeys {
  /** The mechanism without {@code -PLUS}: {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}. */
  String mechanism();

  /** The SCRAM user name, as it was prepared (not escaped). */
  String userName();

  /** A copy of the salt that the broker uses for this user. */
  byte[] salt();

  /** The iteration count that the broker uses for this user. */
  int iterations();

  /**
   * ClientKey := HMAC(SaltedPassword, "Client Key").
   *
   * @return a fresh array that the caller wipes
   * @throws io.mooring.error.KeystoreException if the key is gone
   */
  byte[] clientKey();

  /**
   * ServerKey := HMAC(SaltedPassword, "Server Key").
   *
   * @return a fresh array that the caller wipes
   * @throws io.mooring.error.KeystoreException if the key is gone
   */
  byte[] serverKey();
}
