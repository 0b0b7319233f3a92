package io.mooring.scram;

import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import io.mooring.identity.Secret;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A password, and the keys of its last proven login. */
final class PasswordCredential extends ScramCredential {
  private final Secret password;
  private @Nullable Derived lastProven;

  PasswordCredential(String userName, Secret password) {
    super(userName);
    byte[] copy = password.copyUtf8();
    try {
      if (copy.length == 0) {
        throw new IllegalArgumentException("password must have at least one byte");
      }
      this.password = Secret.ofUtf8(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  @Override
  String preparedUserName(boolean saslPrep) {
    return saslPrep ? SaslPrep.userName(userName()) : userName();
  }

  @Override
  void requireFits(ScramHash hash) {}

  @Override
  boolean isStoredFor(int iterations) {
    return false;
  }

  @Override
  boolean isProvisionable() {
    return true;
  }

  @Override
  ClientAndServerKey keys(
      ScramHash hash, byte[] salt, int iterations, boolean saslPrep, Pbkdf2 pbkdf2) {
    synchronized (this) {
      if (lastProven != null && lastProven.isFor(hash, salt, iterations, saslPrep)) {
        return lastProven.keys.copy(hash);
      }
    }
    return derive(password, hash, salt, iterations, saslPrep, pbkdf2);
  }

  @Override
  synchronized void proven(
      ScramHash hash, ClientAndServerKey keys, byte[] salt, int iterations, boolean saslPrep) {
    if (isDestroyed()
        || (lastProven != null && lastProven.isFor(hash, salt, iterations, saslPrep))) {
      return;
    }
    forget();
    lastProven = new Derived(hash, salt.clone(), iterations, saslPrep, keys.copy(hash));
  }

  @Override
  public synchronized void destroy() {
    password.destroy();
    forget();
  }

  @Override
  public boolean isDestroyed() {
    return password.isDestroyed();
  }

  /** SaltedPassword, then both keys of it; SaltedPassword does not outlive the call. */
  static ClientAndServerKey derive(
      Secret password,
      ScramHash hash,
      byte[] salt,
      int iterations,
      boolean saslPrep,
      Pbkdf2 pbkdf2) {
    byte[] saltedPassword = saltedPassword(password, hash, salt, iterations, saslPrep, pbkdf2);
    try (Hmac hmac = new Hmac(hash, saltedPassword)) {
      return ClientAndServerKey.of(hash, hmac::of);
    } finally {
      Arrays.fill(saltedPassword, (byte) 0);
    }
  }

  /** SaltedPassword := Hi(Normalize(password), salt, i); the caller wipes it. */
  static byte[] saltedPassword(
      Secret password,
      ScramHash hash,
      byte[] salt,
      int iterations,
      boolean saslPrep,
      Pbkdf2 pbkdf2) {
    byte[] normalized = normalize(password, saslPrep);
    try {
      return pbkdf2.hi(hash, normalized, salt, iterations);
    } finally {
      Arrays.fill(normalized, (byte) 0);
    }
  }

  private static byte[] normalize(Secret password, boolean saslPrep) {
    if (password.isDestroyed()) {
      throw new CredentialException(
          ErrorCode.CREDENTIAL_DESTROYED,
          "The SCRAM password was destroyed. Make a new ScramCredential from its source.",
          null);
    }
    if (!saslPrep) {
      return password.copyUtf8();
    }
    byte[] utf8 = password.copyUtf8();
    try {
      return SaslPrep.password(utf8);
    } finally {
      Arrays.fill(utf8, (byte) 0);
    }
  }

  private void forget() {
    if (lastProven != null) {
      lastProven.keys.close();
      lastProven = null;
    }
  }

  /** Keys with all that they depend on beside the password. */
  private static final class Derived {
    private final ScramHash hash;
    private final byte[] salt;
    private final int iterations;
    private final boolean saslPrep;
    private final ClientAndServerKey keys;

    Derived(
        ScramHash hash, byte[] salt, int iterations, boolean saslPrep, ClientAndServerKey keys) {
      this.hash = hash;
      this.salt = salt;
      this.iterations = iterations;
      this.saslPrep = saslPrep;
      this.keys = keys;
    }

    boolean isFor(ScramHash hash, byte[] salt, int iterations, boolean saslPrep) {
      return this.hash == hash
          && this.iterations == iterations
          && this.saslPrep == saslPrep
          && MessageDigest.isEqual(this.salt, salt);
    }
  }
}
