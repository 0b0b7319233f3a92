package io.mooring.internal.wire;

import java.util.Locale;

/**
 * Strings that Paho encodes. MQTT 5 advises against control characters and Unicode noncharacters,
 * and lets a receiver close the connection over one (section 1.5.4); Paho refuses most of them,
 * without naming the field. Checked before anything is encoded, so that the error says which and
 * where.
 */
public final class SendableText {
  private SendableText() {}

  /**
   * Returns {@code value} if it can go into CONNECT, SUBSCRIBE or UNSUBSCRIBE.
   *
   * @param what names the field in the message
   * @throws IllegalArgumentException if it holds a control character, a noncharacter or a lone
   *     surrogate, or takes over 65,535 bytes of UTF-8
   */
  public static String require(String what, String value) {
    for (int i = 0; i < value.length(); ) {
      int point = value.codePointAt(i);
      if (Character.isISOControl(point) || isNoncharacter(point)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s holds %s U+%04X at index %d; brokers may close the connection over it (MQTT 5,"
                    + " section 1.5.4). Remove it.",
                what,
                Character.isISOControl(point) ? "the control character" : "the noncharacter",
                point,
                i));
      }
      i += Character.charCount(point);
    }
    try {
      Utf8.length(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
    return value;
  }

  /** U+FDD0 to U+FDEF and the last two of each plane; Paho's own list is a part of these. */
  private static boolean isNoncharacter(int point) {
    return (point >= 0xFDD0 && point <= 0xFDEF) || (point & 0xFFFE) == 0xFFFE;
  }
}
