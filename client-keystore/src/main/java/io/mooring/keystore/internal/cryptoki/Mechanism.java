package io.mooring.keystore.internal.cryptoki;

import com.sun.jna.Memory;
import java.util.Arrays;

/** A CK_MECHANISM; a parameter, if there is one, is made of words alone. Immutable. */
public final class Mechanism {
  private final long type;
  private final long[] parameter;

  private Mechanism(long type, long... parameter) {
    this.type = type;
    this.parameter = parameter;
  }

  /** A mechanism without a parameter. */
  public static Mechanism of(long type) {
    return new Mechanism(type);
  }

  /** A PSS mechanism with CK_RSA_PKCS_PSS_PARAMS. */
  public static Mechanism pss(long type, long hash, long mgf, long saltBytes) {
    return new Mechanism(type, hash, mgf, saltBytes);
  }

  /** The CKM number. */
  public long type() {
    return type;
  }

  /** The structure in native memory, its parameter behind it; the caller closes it. */
  Memory toNative() {
    Memory memory = new Memory((3L + parameter.length) * Words.SIZE);
    Words.put(memory, 0, type);
    memory.setPointer(Words.SIZE, parameter.length == 0 ? null : memory.share(3L * Words.SIZE));
    Words.put(memory, 2L * Words.SIZE, (long) parameter.length * Words.SIZE);
    for (int i = 0; i < parameter.length; i++) {
      Words.put(memory, (3L + i) * Words.SIZE, parameter[i]);
    }
    return memory;
  }

  @Override
  public String toString() {
    return "CKM 0x"
        + Long.toHexString(type)
        + (parameter.length == 0 ? "" : Arrays.toString(parameter));
  }
}
