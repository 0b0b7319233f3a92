package io.mooring.internal.outbox;

import io.mooring.identity.SecretMac;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 under a key of 32 equal bytes. */
final class TestMac implements SecretMac {
  private final byte[] key = new byte[32];

  private TestMac(int value) {
    java.util.Arrays.fill(key, (byte) value);
  }

  static TestMac of(int value) {
    return new TestMac(value);
  }

  @Override
  public String algorithm() {
    return "HmacSHA256";
  }

  @Override
  public byte[] mac(byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
