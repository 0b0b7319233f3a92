package io.mooring.examples.raspberrypi.hardware;

import java.util.Locale;

/** A flat JSON object, written in the order of the calls; numbers have a dot in every locale. */
public final class Json {
  private final StringBuilder text = new StringBuilder("{");

  /** Adds a number with {@code decimals} places. */
  public Json number(String name, double value, int decimals) {
    return raw(name, String.format(Locale.ROOT, "%." + decimals + "f", value));
  }

  public Json number(String name, long value) {
    return raw(name, Long.toString(value));
  }

  public Json flag(String name, boolean value) {
    return raw(name, Boolean.toString(value));
  }

  /**
   * Adds a text; RFC 8259, section 7, asks for the quote, the backslash and controls to be escaped.
   */
  public Json text(String name, String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value
        .chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                quoted.append((char) c);
              }
            });
    return raw(name, quoted.append('"').toString());
  }

  /** Adds an object. */
  public Json raw(String name, Json object) {
    return raw(name, object.toString());
  }

  /** Adds what is JSON already. */
  public Json raw(String name, String json) {
    if (text.length() > 1) {
      text.append(',');
    }
    text.append('"').append(name).append("\":").append(json);
    return this;
  }

  /** True if nothing was added. */
  public boolean isEmpty() {
    return text.length() == 1;
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
