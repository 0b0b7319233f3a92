package io.mooring.internal.session;

import org.jspecify.annotations.Nullable;

/** Text from the broker, made fit for an error message. */
public final class Texts {
  private static final int LONGEST = 200;

  private Texts() {}

  /** {@code ; the broker says "..."}, shortened and without control characters, or nothing. */
  public static String quoted(@Nullable String fromBroker) {
    if (fromBroker == null || fromBroker.isBlank()) {
      return "";
    }
    return "; the broker says \"" + printable(fromBroker) + "\"";
  }

  /** {@code fromBroker} shortened to 200 characters, with ? for each control character. */
  static String printable(String fromBroker) {
    String text = fromBroker.length() > LONGEST ? fromBroker.substring(0, LONGEST) : fromBroker;
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int type = Character.getType(c);
      boolean hidden =
          type == Character.CONTROL
              || type == Character.FORMAT
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR;
      clean.append(hidden ? '?' : c);
    }
    return clean.toString();
  }
}
