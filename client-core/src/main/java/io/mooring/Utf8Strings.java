package io.mooring;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** UTF-8 Encoded Strings (MQTT 5, section 1.5.4), checked where they enter the API. */
final class Utf8Strings {
  static final int MAX_BYTES = 65_535;

  private Utf8Strings() {}

  /** Returns {@code value} if it can travel as a UTF-8 Encoded String. */
  static String require(String what, String value) {
    Objects.requireNonNull(value, what);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == 0) {
        throw new IllegalArgumentException(
            what + " holds U+0000 at index " + i + "; MQTT 5 forbids it (section 1.5.4)");
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new IllegalArgumentException(
            what + " holds a lone surrogate at index " + i + "; it has no UTF-8 form");
      }
    }
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          what + " takes " + bytes + " bytes of UTF-8; the limit is " + MAX_BYTES);
    }
    return value;
  }
}
