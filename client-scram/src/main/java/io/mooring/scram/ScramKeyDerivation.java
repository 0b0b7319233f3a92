package io.mooring.scram;

import io.mooring.identity.Secret;

/**
 * Turns a password into the keys that a device stores instead of it, where salt and iteration count
 * are known. Where only the broker knows them, {@link Scram#provisioning} learns them by logging
 * in.
 */
public final class ScramKeyDerivation {
  private ScramKeyDerivation() {}

  /**
   * Derives ClientKey and ServerKey (RFC 5802, section 3), with SASLprep of user name and password.
   *
   * @param mechanism {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}
   * @param userName 1 to {@value ScramCredential#MAX_USER_NAME_BYTES} octets of UTF-8
   * @param password at least one byte; stays the caller's, to be destroyed
   * @param salt the broker's salt for this user: 1 to {@value ScramCredential#MAX_SALT_BYTES} bytes
   * @param iterations the broker's count for this user: 4,096 to 10,000,000
   * @return the keys, which the caller destroys
   * @throws IllegalArgumentException if an argument is outside its range
   * @throws io.mooring.error.CredentialException if SASLprep refuses user name or password
   */
  public static DerivedScramKeys derive(
      String mechanism, String userName, Secret password, byte[] salt, int iterations) {
    return derive(mechanism, userName, password, salt, iterations, true);
  }

  /** As {@link #derive}, for brokers that store user name and password unprepared (EMQX). */
  public static DerivedScramKeys deriveWithoutSaslPrep(
      String mechanism, String userName, Secret password, byte[] salt, int iterations) {
    return derive(mechanism, userName, password, salt, iterations, false);
  }

  /**
   * Derives SaltedPassword itself (RFC 5802, section 3), for a token that holds it as an HMAC key;
   * a file should rather hold what {@link #derive} gives.
   *
   * @param saslPrep false for brokers that store user name and password unprepared (EMQX)
   * @return the key, which the caller destroys
   * @throws IllegalArgumentException if an argument is outside its range, as for {@link #derive}
   * @throws io.mooring.error.CredentialException if SASLprep refuses user name or password
   */
  public static DerivedSaltedPassword saltedPassword(
      String mechanism,
      String userName,
      Secret password,
      byte[] salt,
      int iterations,
      boolean saslPrep) {
    ScramHash hash = ScramHash.ofMechanism(mechanism);
    requireRange(iterations);
    byte[] ownSalt = ScramCredential.requireSalt(salt);
    PasswordCredential credential = new PasswordCredential(userName, password);
    try {
      return new DerivedSaltedPassword(
          hash,
          credential.preparedUserName(saslPrep),
          ownSalt,
          iterations,
          PasswordCredential.saltedPassword(
              password, hash, ownSalt, iterations, saslPrep, Pbkdf2.HI));
    } finally {
      credential.destroy();
    }
  }

  private static DerivedScramKeys derive(
      String mechanism,
      String userName,
      Secret password,
      byte[] salt,
      int iterations,
      boolean saslPrep) {
    ScramHash hash = ScramHash.ofMechanism(mechanism);
    requireRange(iterations);
    byte[] ownSalt = ScramCredential.requireSalt(salt);
    PasswordCredential credential = new PasswordCredential(userName, password);
    try {
      return new DerivedScramKeys(
          hash,
          credential.preparedUserName(saslPrep),
          ownSalt,
          iterations,
          credential.keys(hash, ownSalt, iterations, saslPrep, Pbkdf2.HI));
    } finally {
      credential.destroy();
    }
  }

  private static void requireRange(int iterations) {
    if (iterations < IterationBounds.STANDARD_MIN || iterations > IterationBounds.ABSOLUTE_MAX) {
      throw new IllegalArgumentException(
          "iterations must be "
              + IterationBounds.STANDARD_MIN
              + " to "
              + IterationBounds.ABSOLUTE_MAX
              + ", not "
              + iterations);
    }
  }
}
