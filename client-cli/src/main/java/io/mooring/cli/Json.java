package io.mooring.cli;

import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object (RFC 8259) on one line; members keep their order. */
final class Json {
  private final StringJoiner members = new StringJoiner(",", "{", "}");

  private Json() {}

  static Json object() {
    return new Json();
  }

  Json put(String name, String value) {
    return raw(name, quote(value));
  }

  /** Leaves the member out where there is no value. */
  Json putIfPresent(String name, @Nullable Object value) {
    return value == null ? this : raw(name, quote(value.toString()));
  }

  Json put(String name, long value) {
    return raw(name, Long.toString(value));
  }

  Json put(String name, boolean value) {
    return raw(name, Boolean.toString(value));
  }

  Json put(String name, Instant value) {
    return raw(name, quote(value.toString()));
  }

  Json put(String name, Json value) {
    return raw(name, value.toString());
  }

  /** An array: objects as they are, everything else as strings. */
  Json put(String name, Collection<?> values) {
    StringJoiner array = new StringJoiner(",", "[", "]");
    for (Object value : values) {
      array.add(value instanceof Json ? value.toString() : quote(String.valueOf(value)));
    }
    return raw(name, array.toString());
  }

  private Json raw(String name, String value) {
    members.add(quote(name) + ":" + value);
    return this;
  }

  /** Adds the members of another object behind these. */
  Json putAll(Json other) {
    String text = other.toString();
    if (text.length() > 2) {
      members.add(text.substring(1, text.length() - 1));
    }
    return this;
  }

  @Override
  public String toString() {
    return members.toString();
  }

  /** Escapes what JSON must, and line ends of Unicode so that one object stays one line. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ' || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029) {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
