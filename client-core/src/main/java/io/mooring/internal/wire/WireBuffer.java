package io.mooring.internal.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes on their way to TLS: written at the end, drained from the front, one thread at a time. */
public final class WireBuffer {
  private static final int INITIAL = 512;
  private static final int MAX_STEP = 1 << 20;
  private static final byte[] NOTHING = new byte[0];

  /** An array up to this size is not given back after a burst. */
  private static final int OWN = 16 * 1024;

  private final @Nullable SpareArray spare;

  /** What a burst outgrew, to go on with behind it. */
  private byte[] own = new byte[INITIAL];

  private byte[] bytes = own;
  private int length;
  private int farewell = -1;
  private boolean secret;

  /** A buffer with arrays of its own. */
  public WireBuffer() {
    this(null);
  }

  /** A buffer that borrows {@code spare} for bursts, if it is not null. */
  public WireBuffer(@Nullable SpareArray spare) {
    this.spare = spare;
  }

  /** Bytes waiting. */
  public int length() {
    return length;
  }

  /** The backing array, valid from 0 to {@link #length()} until the next write. */
  public byte[] array() {
    return bytes;
  }

  /**
   * Forgets everything; keeps at most {@code keep} bytes of capacity. Wipes the array if a
   * credential went through it.
   */
  public void clear(int keep) {
    if (secret) {
      Arrays.fill(bytes, 0, length, (byte) 0);
      secret = false;
    }
    length = 0;
    farewell = -1;
    int kept = Math.max(keep, INITIAL);
    if (bytes.length > kept) {
      if (spare != null) {
        spare.give(bytes);
      }
      bytes = own.length <= kept ? own : new byte[INITIAL];
      own = bytes;
    }
  }

  /** Gives the array back while nothing waits in it. */
  public void trim() {
    if (length == 0) {
      own = NOTHING;
      bytes = own;
    }
  }

  /** The bytes from here on are the last packet of the connection. */
  public void farewellFollows() {
    farewell = length;
  }

  /** Takes {@code count} bytes away from the front; they have been sent. */
  public void removeFirst(int count) {
    if (count == 0) {
      return;
    }
    if (secret) {
      throw new IllegalStateException("a packet with a credential is sent as a whole");
    }
    System.arraycopy(bytes, count, bytes, 0, length - count);
    length -= count;
    farewell = Math.max(-1, farewell - count);
  }

  /** Drops what comes after the first {@code count} bytes, but for the last packet. */
  public void dropAllButFarewell(int count) {
    int from = farewell < 0 ? length : Math.max(farewell, count);
    System.arraycopy(bytes, from, bytes, count, length - from);
    length = count + length - from;
    farewell = -1;
  }

  /** Makes room for {@code count} more bytes. */
  public void ensure(int count) {
    int needed = Math.addExact(length, count);
    if (needed > bytes.length) {
      byte[] old = bytes;
      bytes = larger(needed);
      System.arraycopy(old, 0, bytes, 0, length);
      if (secret) {
        Arrays.fill(old, 0, length, (byte) 0);
      }
      own = bytes.length <= OWN ? bytes : own;
    }
  }

  private byte[] larger(int needed) {
    int size = grown(bytes.length, needed);
    byte[] lent = spare != null && size > OWN ? spare.take(needed) : null;
    return lent != null ? lent : new byte[size];
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

  /** Appends what is left of {@code source}. */
  void put(ByteBuffer source) {
    int count = source.remaining();
    ensure(count);
    source.get(bytes, length, count);
    length += count;
  }

  /** Appends a Four Byte Integer (MQTT 5, section 1.5.3). */
  void putInt(long value) {
    putShort((int) (value >> 16));
    putShort((int) value);
  }

  /** Appends a Variable Byte Integer, 0 to 268,435,455 (section 1.5.5). */
  void putVariableByteInteger(int value) {
    int rest = value;
    while (rest > 0x7F) {
      put((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    put(rest);
  }

  /** Appends Binary Data: its length in two bytes, then itself (section 1.5.6). */
  void putBinary(byte[] value) {
    putShort(value.length);
    put(value, 0, value.length);
  }

  /**
   * Appends a UTF-8 Encoded String (section 1.5.4).
   *
   * @param encodedLength what {@link Utf8#length} says of {@code value}
   */
  void putUtf8(String value, int encodedLength) {
    putShort(encodedLength);
    ensure(encodedLength);
    length = Utf8.encode(value, bytes, length);
  }

  /** From here to the next {@link #clear} the content is wiped wherever the buffer leaves it. */
  void holdsSecret() {
    secret = true;
  }

  private static int grown(int capacity, int needed) {
    long doubled = Math.min(2L * capacity, (long) needed + MAX_STEP);
    long wanted = Math.max(INITIAL, Math.max(needed, doubled));
    return (int) Math.min(wanted, Integer.MAX_VALUE - 8);
  }
}
