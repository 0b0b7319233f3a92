package io.mooring.internal.crypto;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** A key that can be wiped, which SecretKeySpec cannot. */
public final class WipeableKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final String algorithm;
  private final transient byte[] bytes;

  /** Takes {@code bytes} over, and does not copy them. */
  public WipeableKey(String algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
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
    return bytes.clone();
  }

  /** Wipes this copy of the key; a cipher's own goes with the garbage collector. */
  @Override
  public void destroy() {
    Arrays.fill(bytes, (byte) 0);
  }

  /** Never the content. */
  @Override
  public String toString() {
    return "WipeableKey[redacted]";
  }
}
