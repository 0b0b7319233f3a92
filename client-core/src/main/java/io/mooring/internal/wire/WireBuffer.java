package io.mooring.internal.wire;

import java.util.Arrays;

/** Bytes on their way to TLS: written at the end, drained from the front, one thread at a time. */
public final class WireBuffer {
  private static final int INITIAL = 512;

  private byte[] bytes = new byte[INITIAL];
  private int length;

  /** Bytes waiting. */
  public int length() {
    return length;
  }

  /** The backing array, valid from 0 to {@link #length()} until the next write. */
  public byte[] array() {
    return bytes;
  }

  /** Forgets everything; keeps at most {@code keep} bytes of capacity. */
  public void clear(int keep) {
    length = 0;
    if (bytes.length > keep) {
      bytes = new byte[Math.max(keep, INITIAL)];
    }
  }

  /** Makes room for {@code count} more bytes. */
  public void ensure(int count) {
    int needed = Math.addExact(length, count);
    if (needed > bytes.length) {
      bytes =
          Arrays.copyOf(bytes, Math.max(needed, Math.min(bytes.length * 2, needed + (1 << 20))));
    }
  }

  /** Appends one byte. */
  public void put(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  /** Appends two bytes, high first. */
  public void putShort(int value) {
    ensure(2);
    bytes[length++] = (byte) (value >> 8);
    bytes[length++] = (byte) value;
  }

  /** Appends a slice. */
  public void put(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }
}
