package io.mooring.scram;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.identity.SaltedPassword;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * A SaltedPassword in memory, fresh from a password: put it into a token, then {@link #destroy} it.
 * Thread-safe.
 */
public final class DerivedSaltedPassword implements SaltedPassword, Destroyable, AutoCloseable {
  private final ScramHash hash;
  private final String userName;
  private final byte[] salt;
  private final int iterations;
  private final byte[] key;
  private boolean destroyed;

  /** Takes over the key. */
  DerivedSaltedPassword(ScramHash hash, String userName, byte[] salt, int iterations, byte[] key) {
    this.hash = hash;
    this.userName = userName;
    this.salt = salt;
    this.iterations = iterations;
    this.key = key;
  }

  @Override
  public String mechanism() {
    return hash.mechanism();
  }

  @Override
  public String userName() {
    return userName;
  }

  @Override
  public byte[] salt() {
    return salt.clone();
  }

  @Override
  public int iterations() {
    return iterations;
  }

  @Override
  public String algorithm() {
    return hash.hmacName();
  }

  @Override
  public synchronized byte[] mac(byte[] data) {
    requireAlive();
    return hash.hmac(key, data);
  }

  /**
   * The bytes of SaltedPassword, to be stored in a token.
   *
   * @return a fresh array that the caller wipes
   * @throws KeystoreException if destroyed
   */
  public synchronized byte[] copyBytes() {
    requireAlive();
    return key.clone();
  }

  /** Overwrites the key. */
  @Override
  public synchronized void destroy() {
    Arrays.fill(key, (byte) 0);
    destroyed = true;
  }

  @Override
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  /** Same as {@link #destroy()}. */
  @Override
  public void close() {
    destroy();
  }

  /** What the key is bound to; never the key. */
  @Override
  public String toString() {
    return "DerivedSaltedPassword["
        + mechanism()
        + ", userName="
        + userName
        + ", iterations="
        + iterations
        + ", key=redacted]";
  }

  private void requireAlive() {
    if (destroyed) {
      throw new KeystoreException(
          ErrorCode.KEYS_DESTROYED,
          "The derived SaltedPassword was destroyed. Derive it again, or use the token's.",
          null);
    }
  }
}
