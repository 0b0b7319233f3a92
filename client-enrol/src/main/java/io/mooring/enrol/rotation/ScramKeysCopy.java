package io.mooring.enrol.rotation;

import io.mooring.identity.ScramKeys;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/** Keys that wait for their trial, whatever their owner does with his in the meantime. */
final class ScramKeysCopy implements ScramKeys, Destroyable {
  private final String mechanism;
  private final String userName;
  private final byte[] salt;
  private final int iterations;
  private final byte[] clientKey;
  private final byte[] serverKey;
  private boolean destroyed;

  private ScramKeysCopy(ScramKeys keys, byte[] clientKey, byte[] serverKey) {
    this.mechanism = keys.mechanism();
    this.userName = keys.userName();
    this.salt = keys.salt().clone();
    this.iterations = keys.iterations();
    this.clientKey = clientKey.clone();
    this.serverKey = serverKey.clone();
  }

  static ScramKeysCopy of(ScramKeys keys) {
    byte[] clientKey = keys.clientKey();
    try {
      byte[] serverKey = keys.serverKey();
      try {
        return new ScramKeysCopy(keys, clientKey, serverKey);
      } finally {
        Arrays.fill(serverKey, (byte) 0);
      }
    } finally {
      Arrays.fill(clientKey, (byte) 0);
    }
  }

  @Override
  public String mechanism() {
    return mechanism;
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
  public synchronized byte[] clientKey() {
    requireAlive();
    return clientKey.clone();
  }

  @Override
  public synchronized byte[] serverKey() {
    requireAlive();
    return serverKey.clone();
  }

  @Override
  public synchronized void destroy() {
    Arrays.fill(clientKey, (byte) 0);
    Arrays.fill(serverKey, (byte) 0);
    destroyed = true;
  }

  @Override
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  private void requireAlive() {
    if (destroyed) {
      throw new IllegalStateException("the trial of these SCRAM keys is over");
    }
  }

  @Override
  public String toString() {
    return "ScramKeysCopy[" + mechanism + ", keys redacted]";
  }
}
