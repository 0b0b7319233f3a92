package io.mooring.offending;

import org.bouncycastle.util.encoders.Hex;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class TouchesBouncyCastle {
  String hex(byte[] bytes) {
    return Hex.toHexString(bytes);
  }
}
