package io.mooring.internal.wire;

/** UTF-8 Encoded Strings on the way out (MQTT 5, section 1.5.4), without an intermediate array. */
final class Utf8 {
  /** The longest UTF-8 Encoded String, in bytes. */
  static final int MAX_BYTES = 65_535;

  private Utf8() {}

  /**
   * The length of {@code value} in UTF-8, in bytes.
   *
   * @throws IllegalArgumentException if it holds U+0000 or a lone surrogate, or takes over 65,535
   *     bytes
   */
  static int length(String value) {
    int chars = value.length();
    int bytes = chars;
    for (int i = 0; i < chars; i++) {
      char c = value.charAt(i);
      if (c == 0) {
        throw refused(value, i, "U+0000, which MQTT 5 forbids (section 1.5.4)");
      }
      if (c >= 0x80) {
        if (Character.isSurrogate(c)) {
          if (!isPair(value, i)) {
            throw refused(value, i, "a lone surrogate, which has no UTF-8 form");
          }
          i++;
          bytes += 2;
        } else {
          bytes += c < 0x800 ? 1 : 2;
        }
      }
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a string of " + bytes + " bytes of UTF-8; the limit is " + MAX_BYTES);
    }
    return bytes;
  }

  /** Writes what {@link #length} has checked; returns the position after it. */
  static int encode(String value, byte[] out, int offset) {
    int at = offset;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x80) {
        out[at++] = (byte) c;
      } else if (c < 0x800) {
        out[at++] = (byte) (0xC0 | (c >> 6));
        out[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (Character.isSurrogate(c)) {
        int point = Character.toCodePoint(c, value.charAt(++i));
        out[at++] = (byte) (0xF0 | (point >> 18));
        out[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
        out[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
        out[at++] = (byte) (0x80 | (point & 0x3F));
      } else {
        out[at++] = (byte) (0xE0 | (c >> 12));
        out[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        out[at++] = (byte) (0x80 | (c & 0x3F));
      }
    }
    return at;
  }

  private static boolean isPair(String value, int high) {
    return high + 1 < value.length()
        && Character.isSurrogatePair(value.charAt(high), value.charAt(high + 1));
  }

  private static IllegalArgumentException refused(String value, int index, String what) {
    return new IllegalArgumentException(
        "a string of " + value.length() + " characters holds " + what + ", at index " + index);
  }
}
