package io.mooring.internal.wire;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * One packet in words for the bench: its name, its fields, each property. Passwords and
 * Authentication Data are never shown; payloads, Correlation Data and values of User Properties
 * only if asked for. It shows what is there and judges nothing, so that a broken packet shows too.
 */
final class PacketText {
  private static final String[] NAMES = {
    "reserved", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP",
    "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"
  };
  private static final int LONGEST_TEXT = 200;
  private static final String HIDDEN = "***";

  private final byte[] bytes;
  private final int end;
  private final int payloadBytes;
  private final long missing;
  private final StringBuilder text = new StringBuilder(96);
  private int at;

  private PacketText(byte[] bytes, int from, int end, long missing, int payloadBytes) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.missing = missing;
    this.payloadBytes = payloadBytes;
  }

  /**
   * Describes the packet whose body lies in {@code bytes}.
   *
   * @param first its first byte
   * @param missing bytes of its end that were not kept
   * @param payloadBytes how much of application content to show; -1 for none
   */
  static String of(int first, byte[] bytes, int from, int end, long missing, int payloadBytes) {
    PacketText packet = new PacketText(bytes, from, end, missing, payloadBytes);
    try {
      packet.describe(first);
    } catch (IndexOutOfBoundsException e) {
      packet.text.append(missing > 0 ? " ... cut here" : " ... malformed: it ends too early");
    }
    return packet.text.toString();
  }

  private void describe(int first) {
    int type = first >> 4;
    text.append(NAMES[type]);
    switch (type) {
      case 1 -> connect();
      case 2 -> {
        text.append(" session present=").append(number(1));
        reason();
        properties("");
      }
      case 3 -> publish(first);
      case 4, 5, 6, 7 -> {
        identifier();
        optionalReason();
      }
      case 8 -> {
        identifier();
        properties("");
        while (at < end) {
          text.append(" filter=");
          string();
          text.append(" options=0x").append(HexFormat.of().toHexDigits((byte) number(1)));
        }
      }
      case 9, 11 -> {
        identifier();
        properties("");
        while (at < end) {
          reason();
        }
      }
      case 10 -> {
        identifier();
        properties("");
        while (at < end) {
          text.append(" filter=");
          string();
        }
      }
      case 14, 15 -> optionalReason();
      default -> {
        // PINGREQ and PINGRESP have nothing more to say.
      }
    }
  }

  private void connect() {
    text.append(" protocol=");
    string();
    text.append(' ').append(number(1));
    int flags = number(1);
    text.append((flags & 0x02) != 0 ? " clean start" : "");
    text.append(" keep alive=").append(number(2));
    properties("");
    text.append(" client id=");
    string();
    if ((flags & 0x04) != 0) {
      text.append(" will qos=").append((flags >> 3) & 3);
      text.append((flags & 0x20) != 0 ? " retain" : "");
      properties("will ");
      text.append(" will topic=");
      string();
      text.append(" will payload=");
      content(number(2));
    }
    if ((flags & 0x80) != 0) {
      text.append(" user name=");
      string();
    }
    if ((flags & 0x40) != 0) {
      text.append(" password=").append(HIDDEN);
      skip(number(2));
    }
  }

  private void publish(int first) {
    int qos = (first >> 1) & 3;
    text.append(" qos=").append(qos);
    text.append((first & 8) != 0 ? " dup" : "").append((first & 1) != 0 ? " retain" : "");
    text.append(" topic=");
    string();
    if (qos > 0) {
      identifier();
    }
    properties("");
    text.append(" payload=");
    long length = end - at + missing;
    if (missing > 0 || payloadBytes < 0) {
      text.append(length).append(" bytes");
    } else {
      content((int) length);
    }
  }

  private void identifier() {
    text.append(" id=").append(number(2));
  }

  private void reason() {
    text.append(" reason=0x").append(HexFormat.of().toHexDigits((byte) number(1)));
  }

  private void optionalReason() {
    if (at < end) {
      reason();
    }
    if (at < end) {
      properties("");
    }
  }

  private void properties(String prefix) {
    int stop = variable();
    stop += at;
    while (at < stop) {
      int id = variable();
      Property property = Property.of(id);
      text.append(" [").append(prefix);
      if (property == null) {
        text.append("unknown property ").append(id).append("] ... cut here");
        at = stop;
        return;
      }
      text.append(property.title()).append('=');
      value(property);
      text.append(']');
    }
  }

  private void value(Property property) {
    switch (property.kind()) {
      case FLAG -> text.append(number(1));
      case TWO_BYTES -> text.append(number(2));
      case FOUR_BYTES -> text.append(Integer.toUnsignedLong(number(4)));
      case TEXT -> string();
      case SUBSCRIPTION_IDENTIFIERS -> text.append(variable());
      case BINARY -> {
        int length = number(2);
        if (property == Property.AUTHENTICATION_DATA) {
          text.append(HIDDEN).append(" (").append(length).append(" bytes)");
          skip(length);
        } else {
          content(length);
        }
      }
      case USER_PROPERTIES -> {
        string();
        text.append(": ");
        if (payloadBytes < 0) {
          text.append(HIDDEN);
          skip(number(2));
        } else {
          string();
        }
      }
    }
  }

  /** What the application put there. */
  private void content(int length) {
    text.append(length).append(" bytes");
    int shown = Math.min(length, payloadBytes);
    need(length);
    if (shown > 0) {
      text.append(' ').append(printable(at, shown)).append(shown < length ? "..." : "");
    }
    at += length;
  }

  private void string() {
    int length = number(2);
    need(length);
    int shown = Math.min(length, LONGEST_TEXT);
    text.append(printable(at, shown)).append(shown < length ? "..." : "");
    at += length;
  }

  /** In quotes; what a terminal would obey becomes a dot. */
  private String printable(int from, int length) {
    String raw = new String(bytes, from, length, StandardCharsets.UTF_8);
    StringBuilder clean = new StringBuilder(raw.length() + 2).append('"');
    raw.codePoints()
        .forEach(
            c -> {
              int kind = Character.getType(c);
              boolean plain =
                  kind != Character.CONTROL
                      && kind != Character.FORMAT
                      && kind != Character.SURROGATE
                      && kind != Character.LINE_SEPARATOR
                      && kind != Character.PARAGRAPH_SEPARATOR
                      && c != '"';
              clean.appendCodePoint(plain ? c : '.');
            });
    return clean.append('"').toString();
  }

  private int number(int size) {
    need(size);
    int value = 0;
    for (int i = 0; i < size; i++) {
      value = (value << 8) | (bytes[at++] & 0xFF);
    }
    return value;
  }

  private int variable() {
    int value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      int next = number(1);
      value |= (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new IndexOutOfBoundsException("a Variable Byte Integer of more than 4 bytes");
  }

  private void skip(int length) {
    need(length);
    at += length;
  }

  private void need(int length) {
    if (length > end - at) {
      throw new IndexOutOfBoundsException(length);
    }
  }
}
