package io.mooring.scram;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one exchange logs in with: credential and bounds, without the state of the exchange. */
final class ScramLogin {
  private final ScramHash hash;
  private final ScramCredential credential;
  private final boolean saslPrep;
  private final IterationBounds bounds;
  private final Pbkdf2 pbkdf2;
  private final @Nullable Consumer<DerivedScramKeys> provisioning;

  ScramLogin(
      ScramHash hash,
      ScramCredential credential,
      boolean saslPrep,
      IterationBounds bounds,
      Pbkdf2 pbkdf2,
      @Nullable Consumer<DerivedScramKeys> provisioning) {
    this.hash = hash;
    this.credential = credential;
    this.saslPrep = saslPrep;
    this.bounds = bounds;
    this.pbkdf2 = pbkdf2;
    this.provisioning = provisioning;
  }

  IterationBounds bounds() {
    return bounds;
  }

  /**
   * saslname: the prepared user name with {@code =} and {@code ,} escaped (RFC 5802, section 5.1).
   */
  byte[] saslName() {
    return credential
        .preparedUserName(saslPrep)
        .replace("=", "=3D")
        .replace(",", "=2C")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The keys for what the broker asked; the caller closes them. The count is checked before any
   * work is done with it; a stored credential's own count is always in bounds, since it is exact.
   */
  ClientAndServerKey keys(byte[] salt, int iterations) {
    if (!credential.isStoredFor(iterations)) {
      bounds.check(iterations);
    }
    return credential.keys(hash, salt, iterations, saslPrep, pbkdf2);
  }

  /** The broker has proven that it knows the credential under this salt and count. */
  void proven(ClientAndServerKey keys, byte[] salt, int iterations) {
    credential.proven(hash, keys, salt, iterations, saslPrep);
    if (provisioning != null) {
      try (DerivedScramKeys derived =
          new DerivedScramKeys(
              hash, credential.preparedUserName(saslPrep), salt, iterations, keys.copy(hash))) {
        provisioning.accept(derived);
      }
    }
  }
}
