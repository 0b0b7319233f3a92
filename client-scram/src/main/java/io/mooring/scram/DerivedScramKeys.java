package io.mooring.scram;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.identity.ScramKeys;
import java.util.function.Function;
import javax.security.auth.Destroyable;

/**
 * {@link ScramKeys} in memory, fresh from a password: store them, then {@link #destroy} them.
 * Thread-safe.
 */
public final class DerivedScramKeys implements ScramKeys, Destroyable, AutoCloseable {
  private final ScramHash hash;
  private final String userName;
  private final byte[] salt;
  private final int iterations;
  private final ClientAndServerKey keys;
  private boolean destroyed;

  /** Takes over the keys. */
  DerivedScramKeys(
      ScramHash hash, String userName, byte[] salt, int iterations, ClientAndServerKey keys) {
    this.hash = hash;
    this.userName = userName;
    this.salt = salt.clone();
    this.iterations = iterations;
    this.keys = keys;
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
  public byte[] clientKey() {
    return copy(ClientAndServerKey::copyClientKey);
  }

  @Override
  public byte[] serverKey() {
    return copy(ClientAndServerKey::copyServerKey);
  }

  /** Overwrites both keys. */
  @Override
  public synchronized void destroy() {
    keys.close();
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

  /** What the keys are bound to; never the keys. */
  @Override
  public String toString() {
    return "DerivedScramKeys["
        + mechanism()
        + ", userName="
        + userName
        + ", iterations="
        + iterations
        + ", keys=redacted]";
  }

  private synchronized byte[] copy(Function<ClientAndServerKey, byte[]> key) {
    if (destroyed) {
      throw new KeystoreException(
          ErrorCode.KEYS_DESTROYED,
          "The derived SCRAM keys were destroyed. Derive them again, or load those you stored.",
          null);
    }
    return key.apply(keys);
  }
}
