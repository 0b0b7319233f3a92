package io.mooring.internal.wire;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The properties of MQTT 5 with their identifiers and types (section 2.2.2.2, table 2-4). */
enum Property {
  PAYLOAD_FORMAT_INDICATOR(0x01, Kind.FLAG, "Payload Format Indicator"),
  MESSAGE_EXPIRY_INTERVAL(0x02, Kind.FOUR_BYTES, "Message Expiry Interval"),
  CONTENT_TYPE(0x03, Kind.TEXT, "Content Type"),
  RESPONSE_TOPIC(0x08, Kind.TEXT, "Response Topic"),
  CORRELATION_DATA(0x09, Kind.BINARY, "Correlation Data"),
  SUBSCRIPTION_IDENTIFIER(0x0B, Kind.SUBSCRIPTION_IDENTIFIERS, "Subscription Identifier"),
  SESSION_EXPIRY_INTERVAL(0x11, Kind.FOUR_BYTES, "Session Expiry Interval"),
  ASSIGNED_CLIENT_IDENTIFIER(0x12, Kind.TEXT, "Assigned Client Identifier"),
  SERVER_KEEP_ALIVE(0x13, Kind.TWO_BYTES, "Server Keep Alive"),
  AUTHENTICATION_METHOD(0x15, Kind.TEXT, "Authentication Method"),
  AUTHENTICATION_DATA(0x16, Kind.BINARY, "Authentication Data"),
  REQUEST_PROBLEM_INFORMATION(0x17, Kind.FLAG, "Request Problem Information"),
  WILL_DELAY_INTERVAL(0x18, Kind.FOUR_BYTES, "Will Delay Interval"),
  REQUEST_RESPONSE_INFORMATION(0x19, Kind.FLAG, "Request Response Information"),
  RESPONSE_INFORMATION(0x1A, Kind.TEXT, "Response Information"),
  SERVER_REFERENCE(0x1C, Kind.TEXT, "Server Reference"),
  REASON_STRING(0x1F, Kind.TEXT, "Reason String"),
  RECEIVE_MAXIMUM(0x21, Kind.TWO_BYTES, "Receive Maximum"),
  TOPIC_ALIAS_MAXIMUM(0x22, Kind.TWO_BYTES, "Topic Alias Maximum"),
  TOPIC_ALIAS(0x23, Kind.TWO_BYTES, "Topic Alias"),
  MAXIMUM_QOS(0x24, Kind.FLAG, "Maximum QoS"),
  RETAIN_AVAILABLE(0x25, Kind.FLAG, "Retain Available"),
  USER_PROPERTY(0x26, Kind.USER_PROPERTIES, "User Property"),
  MAXIMUM_PACKET_SIZE(0x27, Kind.FOUR_BYTES, "Maximum Packet Size"),
  WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Kind.FLAG, "Wildcard Subscription Available"),
  SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Kind.FLAG, "Subscription Identifiers Available"),
  SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Kind.FLAG, "Shared Subscription Available");

  /** How a value is written, and whether it may come again. */
  enum Kind {
    /** One byte, 0 or 1. Maximum QoS too: its value 2 is a Protocol Error (section 3.2.2.3.4). */
    FLAG,
    TWO_BYTES,
    FOUR_BYTES,
    TEXT,
    BINARY,
    /** A Variable Byte Integer from 1 on; may repeat. */
    SUBSCRIPTION_IDENTIFIERS,
    /** A string pair; may repeat. */
    USER_PROPERTIES
  }

  /** Properties a broker may send with PUBLISH (section 3.3.2.3). */
  static final long IN_PUBLISH =
      set(
          PAYLOAD_FORMAT_INDICATOR,
          MESSAGE_EXPIRY_INTERVAL,
          CONTENT_TYPE,
          RESPONSE_TOPIC,
          CORRELATION_DATA,
          SUBSCRIPTION_IDENTIFIER,
          TOPIC_ALIAS,
          USER_PROPERTY);

  /** Properties of CONNACK (section 3.2.2.3). */
  static final long IN_CONNACK =
      set(
          SESSION_EXPIRY_INTERVAL,
          RECEIVE_MAXIMUM,
          MAXIMUM_QOS,
          RETAIN_AVAILABLE,
          MAXIMUM_PACKET_SIZE,
          ASSIGNED_CLIENT_IDENTIFIER,
          TOPIC_ALIAS_MAXIMUM,
          REASON_STRING,
          USER_PROPERTY,
          WILDCARD_SUBSCRIPTION_AVAILABLE,
          SUBSCRIPTION_IDENTIFIER_AVAILABLE,
          SHARED_SUBSCRIPTION_AVAILABLE,
          SERVER_KEEP_ALIVE,
          RESPONSE_INFORMATION,
          SERVER_REFERENCE,
          AUTHENTICATION_METHOD,
          AUTHENTICATION_DATA);

  /** Properties of PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK. */
  static final long IN_ACKNOWLEDGEMENT = set(REASON_STRING, USER_PROPERTY);

  /** Properties a broker may send with DISCONNECT: no Session Expiry Interval (3.14.2.2.2). */
  static final long IN_DISCONNECT = set(REASON_STRING, USER_PROPERTY, SERVER_REFERENCE);

  /** Properties of AUTH (section 3.15.2.2). */
  static final long IN_AUTH =
      set(AUTHENTICATION_METHOD, AUTHENTICATION_DATA, REASON_STRING, USER_PROPERTY);

  /** One more than the largest identifier. */
  static final int ID_LIMIT = 0x2B;

  /** How many properties hold a number, a text, or binary data. */
  static final int NUMBERS;

  static final int TEXTS;
  static final int BINARIES;

  private static final @Nullable Property[] BY_ID = new Property[ID_LIMIT];
  private static final int[] SLOTS = new int[ID_LIMIT];

  static {
    int numbers = 0;
    int texts = 0;
    int binaries = 0;
    for (Property property : values()) {
      BY_ID[property.id] = property;
      if (property.kind == Kind.TEXT) {
        SLOTS[property.id] = texts++;
      } else if (property.kind == Kind.BINARY) {
        SLOTS[property.id] = binaries++;
      } else if (!property.repeats()) {
        SLOTS[property.id] = numbers++;
      }
    }
    NUMBERS = numbers;
    TEXTS = texts;
    BINARIES = binaries;
  }

  private final int id;
  private final Kind kind;
  private final String title;

  Property(int id, Kind kind, String title) {
    this.id = id;
    this.kind = kind;
    this.title = title;
  }

  /** The identifier on the wire; all that the standard defines fit in one byte. */
  int id() {
    return id;
  }

  Kind kind() {
    return kind;
  }

  /** Its place among the properties that hold a value of the same type. */
  int slot() {
    return SLOTS[id];
  }

  /** The name in the standard. */
  String title() {
    return title;
  }

  /** True if it may stand in a packet more than once. */
  boolean repeats() {
    return kind == Kind.USER_PROPERTIES || kind == Kind.SUBSCRIPTION_IDENTIFIERS;
  }

  /** This property's bit in a set. */
  long bit() {
    return 1L << id;
  }

  /** The property with this identifier, or null if the standard defines none. */
  static @Nullable Property of(int id) {
    return id < 0 || id >= BY_ID.length ? null : BY_ID[id];
  }

  private static long set(Property... properties) {
    long bits = 0;
    for (Property property : properties) {
      bits |= property.bit();
    }
    return bits;
  }

  /** The name in the standard and the identifier, as messages quote it. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s (0x%02X)", title, id);
  }
}
