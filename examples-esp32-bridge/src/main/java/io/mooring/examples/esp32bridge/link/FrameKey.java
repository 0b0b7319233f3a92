package io.mooring.examples.esp32bridge.link;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key that frames of one direction are tagged with. One thread at a time. */
public final class FrameKey {
  private static final String ALGORITHM = "HmacSHA256";

  private final Mac mac;

  private FrameKey(Mac mac) {
    this.mac = mac;
  }

  /** Takes a copy of the key; the caller wipes its own. */
  static FrameKey of(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return new FrameKey(mac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** The first 16 bytes of HMAC-SHA-256. */
  byte[] tag(byte[] content) {
    return Arrays.copyOf(mac.doFinal(content), Frame.TAG);
  }

  boolean verifies(Frame frame) {
    return MessageDigest.isEqual(tag(frame.content()), frame.tag());
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "FrameKey[redacted]";
  }
}
