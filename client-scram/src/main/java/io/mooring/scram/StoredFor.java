package io.mooring.scram;

import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;

/** Salt and iteration count that a stored credential is bound to. */
final class StoredFor {
  private final byte[] salt;
  private final int iterations;

  StoredFor(byte[] salt, int iterations) {
    this.salt = ScramCredential.requireSalt(salt);
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, not " + iterations);
    }
    this.iterations = iterations;
  }

  int iterations() {
    return iterations;
  }

  /**
   * Refuses any other salt or count: with them the keys are worthless, and nothing can remake them.
   */
  void check(byte[] salt, int iterations) {
    boolean sameSalt = MessageDigest.isEqual(this.salt, salt);
    if (sameSalt && this.iterations == iterations) {
      return;
    }
    throw new CredentialException(
        ErrorCode.STORED_KEYS_OUTDATED,
        String.format(
            Locale.ROOT,
            "The stored SCRAM keys do not fit the broker's %s. Stored for: salt %s, %,d iterations;"
                + " the broker asks for: salt %s, %,d iterations. If the user was set up anew on"
                + " the broker, re-provision the device with the current password; otherwise check"
                + " the endpoint.",
            sameSalt ? "iteration count" : "salt",
            brief(this.salt),
            this.iterations,
            brief(salt),
            iterations),
        null);
  }

  /** Enough to tell two salts apart; a salt is no secret, but a log line has an end. */
  private static String brief(byte[] salt) {
    return salt.length <= 8
        ? HexFormat.of().formatHex(salt)
        : HexFormat.of().formatHex(salt, 0, 8) + "... (" + salt.length + " bytes)";
  }
}
