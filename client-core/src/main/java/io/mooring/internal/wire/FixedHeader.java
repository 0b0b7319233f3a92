package io.mooring.internal.wire;

import io.mooring.ReasonCode;
import java.util.Locale;

/** The fixed header (MQTT 5, section 2.1), checked before a byte of the body is kept. */
final class FixedHeader {
  static final int CONNECT = 1;
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBREL = 6;
  static final int PUBCOMP = 7;
  static final int SUBSCRIBE = 8;
  static final int SUBACK = 9;
  static final int UNSUBSCRIBE = 10;
  static final int UNSUBACK = 11;
  static final int PINGREQ = 12;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;
  static final int AUTH = 15;

  /** The largest Remaining Length: what four bytes hold. */
  static final int MAX_REMAINING_LENGTH = 268_435_455;

  /** The largest packet: that and the longest fixed header. */
  static final int MAX_PACKET_SIZE = MAX_REMAINING_LENGTH + 5;

  private static final String[] NAMES = {
    "a packet of type 0",
    "CONNECT",
    "CONNACK",
    "PUBLISH",
    "PUBACK",
    "PUBREC",
    "PUBREL",
    "PUBCOMP",
    "SUBSCRIBE",
    "SUBACK",
    "UNSUBSCRIBE",
    "UNSUBACK",
    "PINGREQ",
    "PINGRESP",
    "DISCONNECT",
    "AUTH"
  };

  private FixedHeader() {}

  /** The packet's name in the standard. */
  static String name(int first) {
    return NAMES[(first >> 4) & 0xF];
  }

  /**
   * How many bytes {@code remainingLength} takes: 1 to 4, or 5 if it is more than four can hold.
   */
  static int sizeOfVariableByteInteger(long remainingLength) {
    int size = 1;
    for (long rest = remainingLength >> 7; rest > 0; rest >>= 7) {
      size++;
    }
    return Math.min(size, 5);
  }

  /** Fails if a broker must not send a packet with this first byte. */
  static void checkFirstByte(int first) {
    int flags = first & 0xF;
    switch (first >> 4) {
      case PUBLISH -> checkPublishFlags(first, flags);
      case CONNACK, PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK, PINGRESP, DISCONNECT, AUTH ->
          checkReserved(first, flags, 0);
      case PUBREL -> checkReserved(first, flags, 2);
      case CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ ->
          throw Violations.protocolError(name(first), "only a client sends it (section 2.1.2)");
      default -> throw Violations.malformed(name(first), "the type is forbidden (section 2.1.2)");
    }
  }

  /** Fails on a length that this type cannot have or that is over the limit. */
  static void checkLength(int first, int headerLength, int remainingLength, int maximumPacketSize) {
    if (headerLength + remainingLength > maximumPacketSize) {
      throw Violations.of(
          ReasonCode.PACKET_TOO_LARGE,
          name(first),
          "its header announces "
              + (headerLength + remainingLength)
              + " bytes; the Maximum Packet Size of this client is "
              + maximumPacketSize
              + " (section 3.1.2.11.4)",
          null);
    }
    if (first >> 4 == PINGRESP && remainingLength != 0) {
      throw Violations.malformed(
          name(first), "Remaining Length is " + remainingLength + "; it has no body");
    }
  }

  private static void checkPublishFlags(int first, int flags) {
    int qos = (flags >> 1) & 3;
    if (qos == 3) {
      throw Violations.malformed(name(first), "QoS is 3 (section 3.3.1.2)");
    }
    if (qos == 0 && (flags & 8) != 0) {
      throw Violations.malformed(name(first), "DUP is set at QoS 0 (section 3.3.1.1)");
    }
  }

  private static void checkReserved(int first, int flags, int required) {
    if (flags != required) {
      throw Violations.malformed(
          name(first),
          String.format(
              Locale.ROOT,
              "the reserved flags are 0x%X, not 0x%X (section 2.1.3)",
              flags,
              required));
    }
  }
}
