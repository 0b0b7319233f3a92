package io.mooring.examples.esp32bridge.link;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): bytes without a zero among them.
 */
final class Cobs {
  private static final int FULL = 0xFF;

  private Cobs() {}

  /** The longest encoding of {@code length} bytes. */
  static int longest(int length) {
    return length + length / (FULL - 1) + 2;
  }

  /** The encoding, without the delimiter. */
  static byte[] encode(byte[] bytes) {
    byte[] out = new byte[longest(bytes.length)];
    int code = 0;
    int end = 1;
    boolean open = true;
    for (int i = 0; i < bytes.length; i++) {
      if (!open) {
        code = end++;
        open = true;
      }
      if (bytes[i] == 0) {
        out[code] = (byte) (end - code);
        code = end++;
      } else {
        out[end++] = bytes[i];
        if (end - code == FULL) {
          out[code] = (byte) FULL;
          open = false;
        }
      }
    }
    if (open) {
      out[code] = (byte) (end - code);
    }
    return Arrays.copyOf(out, end);
  }

  /** The bytes behind an encoding without its delimiter, or null if it is none. */
  static byte @Nullable [] decode(byte[] encoded, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length);
    int at = 0;
    while (at < length) {
      int code = encoded[at] & 0xFF;
      int next = at + code;
      if (code == 0 || next > length) {
        return null;
      }
      for (int i = at + 1; i < next; i++) {
        if (encoded[i] == 0) {
          return null;
        }
      }
      out.write(encoded, at + 1, code - 1);
      at = next;
      if (code < FULL && at < length) {
        out.write(0);
      }
    }
    return length == 0 ? null : out.toByteArray();
  }
}
