package io.mooring.internal.wire;

import io.mooring.ReasonCode;
import java.util.Locale;

/**
 * Which Reason Codes a broker may put into which packet (MQTT 5, section 2.4 and each packet's
 * own).
 */
final class AllowedReasons {
  /** Section 3.2.2.2. */
  static final AllowedReasons CONNACK =
      of(
          0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95,
          0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F);

  /** Sections 3.4.2.1 and 3.5.2.1. */
  static final AllowedReasons PUBACK_PUBREC =
      of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);

  /** Sections 3.6.2.1 and 3.7.2.1. */
  static final AllowedReasons PUBREL_PUBCOMP = of(0x00, 0x92);

  /** Section 3.9.3. */
  static final AllowedReasons SUBACK =
      of(0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2);

  /** Section 3.11.3. */
  static final AllowedReasons UNSUBACK = of(0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91);

  /**
   * Section 3.14.2.1 and, for 0x8C, the table of section 2.4. The standard gives 0x00 to clients
   * alone; brokers that close in peace send it, and it ends the connection like the others.
   */
  static final AllowedReasons DISCONNECT =
      of(
          0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94,
          0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2);

  /** Section 3.15.2.1: 0x19 Re-authenticate is the client's alone. */
  static final AllowedReasons AUTH = of(0x00, 0x18);

  private final boolean[] allowed = new boolean[256];

  private AllowedReasons(int... codes) {
    for (int code : codes) {
      allowed[code] = true;
    }
  }

  private static AllowedReasons of(int... codes) {
    return new AllowedReasons(codes);
  }

  /** Reads one Reason Code; any other than these is a violation. */
  ReasonCode read(BodyCursor body) {
    int code = body.readByte("Reason Code");
    ReasonCode reason = ReasonCode.of(code);
    if (reason == null) {
      throw body.malformed(
          String.format(Locale.ROOT, "Reason Code 0x%02X is not one of the standard's", code));
    }
    if (!allowed[code]) {
      throw body.malformed("Reason Code " + reason + " does not belong there (section 2.4)");
    }
    return reason;
  }
}
