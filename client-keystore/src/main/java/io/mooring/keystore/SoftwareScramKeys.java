package io.mooring.keystore;

import io.mooring.identity.ScramKeys;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.util.Arrays;

/** SCRAM keys in this JVM's memory: copied in, copied out, wiped on {@link #destroy()}. */
final class SoftwareScramKeys implements ScramKeys {
  private final String mechanism;
  private final String userName;
  private final byte[] salt;
  private final int iterations;
  private final byte[] clientKey;
  private final byte[] serverKey;
  private boolean destroyed;

  SoftwareScramKeys(
      String mechanism,
      String userName,
      byte[] salt,
      int iterations,
      byte[] clientKey,
      byte[] serverKey) {
    this.mechanism = mechanism;
    this.userName = userName;
    this.salt = salt.clone();
    this.iterations = iterations;
    this.clientKey = clientKey.clone();
    this.serverKey = serverKey.clone();
  }

  /** A copy of somebody's keys; misuse of the API is refused here. */
  static SoftwareScramKeys copyOf(ScramKeys keys) {
    byte[] clientKey = keys.clientKey();
    byte[] serverKey = keys.serverKey();
    try {
      int bytes = hashBytes(keys.mechanism());
      if (bytes == 0 || clientKey.length != bytes || serverKey.length != bytes) {
        throw new IllegalArgumentException(
            "mechanism "
                + keys.mechanism()
                + " with keys of "
                + clientKey.length
                + " and "
                + serverKey.length
                + " bytes; SCRAM-SHA-256 has 32, SCRAM-SHA-512 has 64");
      }
      if (keys.userName().isEmpty() || keys.salt().length == 0 || keys.iterations() < 1) {
        throw new IllegalArgumentException(
            "SCRAM keys need a user name, a salt and at least 1 iteration");
      }
      return new SoftwareScramKeys(
          keys.mechanism(), keys.userName(), keys.salt(), keys.iterations(), clientKey, serverKey);
    } finally {
      Arrays.fill(clientKey, (byte) 0);
      Arrays.fill(serverKey, (byte) 0);
    }
  }

  /** The key length of a mechanism in bytes; 0 for one that is not known. */
  static int hashBytes(String mechanism) {
    return switch (mechanism) {
      case "SCRAM-SHA-256" -> 32;
      case "SCRAM-SHA-512" -> 64;
      default -> 0;
    };
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

  synchronized void destroy() {
    Arrays.fill(clientKey, (byte) 0);
    Arrays.fill(serverKey, (byte) 0);
    destroyed = true;
  }

  private void requireAlive() {
    if (destroyed) {
      throw new DeviceKeystoreException(
          Reason.CLOSED, "The SCRAM keys are gone: closed. Open the keystore again.");
    }
  }

  @Override
  public String toString() {
    return "ScramKeys[" + mechanism + ", keys redacted]";
  }
}
