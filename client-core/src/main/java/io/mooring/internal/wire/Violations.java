package io.mooring.internal.wire;

import io.mooring.ReasonCode;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ProtocolViolationException;
import org.jspecify.annotations.Nullable;

/** What a broker's packet is refused with. What the broker wrote is quoted short and printable. */
final class Violations {
  private static final int QUOTE_LIMIT = 200;

  private Violations() {}

  /** The packet cannot be parsed by the standard: 0x81. */
  static ProtocolViolationException malformed(String packet, String evidence) {
    return of(ReasonCode.MALFORMED_PACKET, packet, evidence, null);
  }

  /** The packet can be parsed and says what the standard does not allow: 0x82. */
  static ProtocolViolationException protocolError(String packet, String evidence) {
    return of(ReasonCode.PROTOCOL_ERROR, packet, evidence, null);
  }

  /** Refused with {@code reason}; {@code evidence} says what was found, and what is allowed. */
  static ProtocolViolationException of(
      ReasonCode reason, String packet, String evidence, @Nullable Throwable cause) {
    return new ProtocolViolationException(
        "The broker broke the MQTT 5 protocol in "
            + packet
            + ": "
            + evidence
            + ". The connection is closed with "
            + reason
            + ". Check that the endpoint is an MQTT 5 broker, and report this to its maker.",
        reason,
        cause);
  }

  /** CONNACK of MQTT 3.1.1, return code 0x01: what an older broker says to a CONNECT of MQTT 5. */
  static BrokerRefusalException olderVersion() {
    return new BrokerRefusalException(
        "Broker refused the connection: it answers as MQTT 3.1.1 does (CONNACK 0x01, unacceptable"
            + " protocol version). The broker does not speak MQTT 5; enable it there, or update"
            + " it.",
        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
        null);
  }

  /** {@code text} in quotes without control and format characters, at most 200 characters of it. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder("'");
    int shown = 0;
    for (int i = 0; i < text.length(); ) {
      if (shown == QUOTE_LIMIT) {
        return out.append("'...").toString();
      }
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (isPrintable(point)) {
        out.appendCodePoint(point);
        shown++;
      }
    }
    return out.append('\'').toString();
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
