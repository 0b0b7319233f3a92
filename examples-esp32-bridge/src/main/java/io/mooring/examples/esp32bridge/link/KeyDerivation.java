package io.mooring.examples.esp32bridge.link;

import io.mooring.examples.esp32bridge.link.DeviceKey.SessionKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869), and what the protocol derives with it. */
public final class KeyDerivation {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;
  private static final String HELLO = "mooring-bridge/1 hello ";
  private static final String SESSION = "mooring-bridge/1 session";

  private KeyDerivation() {}

  /** Khello; the caller wipes {@code key}. */
  public static FrameKey hello(byte[] key, String id) {
    byte[] derived = hkdf(key, new byte[BYTES], HELLO + id, BYTES);
    try {
      return FrameKey.of(derived);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  /** Kup and Kdown; the caller wipes {@code key}. */
  public static SessionKeys session(byte[] key, byte[] salt) {
    byte[] derived = hkdf(key, salt, SESSION, 2 * BYTES);
    byte[] up = Arrays.copyOf(derived, BYTES);
    byte[] down = Arrays.copyOfRange(derived, BYTES, 2 * BYTES);
    try {
      return new SessionKeys(FrameKey.of(up), FrameKey.of(down));
    } finally {
      Arrays.fill(derived, (byte) 0);
      Arrays.fill(up, (byte) 0);
      Arrays.fill(down, (byte) 0);
    }
  }

  static byte[] hkdf(byte[] key, byte[] salt, String info, int length) {
    byte[] pseudoRandom = hmac(salt, key);
    byte[] label = info.getBytes(StandardCharsets.US_ASCII);
    byte[] out = new byte[length];
    byte[] block = new byte[0];
    for (int at = 0, i = 1; at < length; at += BYTES, i++) {
      byte[] input = Arrays.copyOf(block, block.length + label.length + 1);
      System.arraycopy(label, 0, input, block.length, label.length);
      input[input.length - 1] = (byte) i;
      byte[] next = hmac(pseudoRandom, input);
      Arrays.fill(input, (byte) 0);
      Arrays.fill(block, (byte) 0);
      block = next;
      System.arraycopy(block, 0, out, at, Math.min(BYTES, length - at));
    }
    Arrays.fill(block, (byte) 0);
    Arrays.fill(pseudoRandom, (byte) 0);
    return out;
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
