package io.mooring.keystore;

import io.mooring.identity.SecretMac;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An HMAC-SHA-256 key in this JVM's memory: asked to MAC, never to show itself. */
final class SoftwareMac implements SecretMac {
  static final String ALGORITHM = "HmacSHA256";
  static final int KEY_BYTES = 32;

  private final byte[] key;
  private boolean destroyed;

  /** Copies the key. */
  SoftwareMac(byte[] key) {
    this.key = key.clone();
  }

  @Override
  public String algorithm() {
    return ALGORITHM;
  }

  @Override
  public synchronized byte[] mac(byte[] data) {
    if (destroyed) {
      throw new DeviceKeystoreException(
          Reason.CLOSED, "The outbox key is gone: closed. Open the keystore again.");
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  synchronized void destroy() {
    Arrays.fill(key, (byte) 0);
    destroyed = true;
  }

  @Override
  public String toString() {
    return "SecretMac[" + ALGORITHM + ", key redacted]";
  }
}
