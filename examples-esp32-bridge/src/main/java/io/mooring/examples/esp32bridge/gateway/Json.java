package io.mooring.examples.esp32bridge.gateway;

import java.util.Locale;

/** The few lines of JSON that the bridge writes. */
final class Json {
  private static final int CONTROL = 0x20;

  private final StringBuilder text = new StringBuilder("{");

  Json put(String name, String value) {
    return key(name).quoted(value);
  }

  Json put(String name, long value) {
    key(name).text.append(value);
    return this;
  }

  Json put(String name, boolean value) {
    key(name).text.append(value);
    return this;
  }

  private Json key(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    quoted(name).text.append(':');
    return this;
  }

  private Json quoted(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < CONTROL) {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
    return this;
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
