package io.mooring.scram;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;

/** A keyed HMAC of the JDK whose key is overwritten at the end, as far as a JVM allows. */
final class Hmac implements AutoCloseable {
  private final Mac mac;
  private final int length;

  Hmac(ScramHash hash, byte[] key) {
    this.length = hash.length();
    try {
      this.mac = Mac.getInstance(hash.hmacName());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "this Java runtime lacks " + hash.hmacName() + ", which every Java platform must have",
          e);
    }
    init(key);
  }

  byte[] of(byte[] data) {
    return mac.doFinal(data);
  }

  /** Replaces {@code block}, of the length of the hash, by its MAC. */
  void inPlace(byte[] block) {
    mac.update(block);
    try {
      mac.doFinal(block, 0);
    } catch (ShortBufferException e) {
      throw new IllegalArgumentException("the block must hold " + length + " bytes", e);
    }
  }

  /** Keys the Mac anew with zeros: the JDK then overwrites the padded copies of the old key. */
  @Override
  public void close() {
    init(new byte[length]);
  }

  private void init(byte[] key) {
    WipedKey wiped = new WipedKey(mac.getAlgorithm(), key.clone());
    try {
      mac.init(wiped);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("the JDK refused an HMAC key of " + key.length + " bytes", e);
    } finally {
      wiped.destroy();
    }
  }

  /** SecretKeySpec cannot be destroyed on Java 17. */
  private static final class WipedKey implements SecretKey {
    private static final long serialVersionUID = 1L;

    private final String algorithm;
    private final transient byte[] key;

    WipedKey(String algorithm, byte[] key) {
      this.algorithm = algorithm;
      this.key = key;
    }

    @Override
    public String getAlgorithm() {
      return algorithm;
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return key.clone();
    }

    @Override
    public void destroy() {
      Arrays.fill(key, (byte) 0);
    }
  }
}
