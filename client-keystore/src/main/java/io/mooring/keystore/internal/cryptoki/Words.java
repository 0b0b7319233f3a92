package io.mooring.keystore.internal.cryptoki;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** CK_ULONG in native memory: as wide as a pointer on every system supported here. */
final class Words {
  static final int SIZE = Native.POINTER_SIZE;

  private static final long MASK_32 = 0xFFFF_FFFFL;

  private Words() {}

  static void put(Pointer memory, long offset, long value) {
    if (SIZE == Long.BYTES) {
      memory.setLong(offset, value);
    } else {
      memory.setInt(offset, (int) value);
    }
  }

  static long get(Pointer memory, long offset) {
    return SIZE == Long.BYTES ? memory.getLong(offset) : memory.getInt(offset) & MASK_32;
  }

  /** An argument of type CK_ULONG. */
  static Object argument(long value) {
    if (SIZE == Long.BYTES) {
      return value;
    }
    return (int) value;
  }

  static long aligned(long bytes) {
    return (bytes + SIZE - 1) / SIZE * SIZE;
  }

  /** CK_UNAVAILABLE_INFORMATION: what an attribute that cannot be read has for a length. */
  static long unavailable() {
    return SIZE == Long.BYTES ? -1L : MASK_32;
  }

  /** A fresh word of value zero; the caller closes it. */
  static Memory zero() {
    Memory word = new Memory(SIZE);
    word.clear();
    return word;
  }
}
