package io.mooring.offending;

import javax.crypto.SecretKey;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class SerializableKey implements SecretKey {
  private static final long serialVersionUID = 1;

  private final byte[] key = {1};

  @Override
  public String getAlgorithm() {
    return "HmacSHA256";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return key.clone();
  }
}
