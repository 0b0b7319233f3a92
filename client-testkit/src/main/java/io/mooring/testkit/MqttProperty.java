package io.mooring.testkit;

import static io.mooring.testkit.MqttType.AUTH;
import static io.mooring.testkit.MqttType.CONNACK;
import static io.mooring.testkit.MqttType.CONNECT;
import static io.mooring.testkit.MqttType.DISCONNECT;
import static io.mooring.testkit.MqttType.PUBACK;
import static io.mooring.testkit.MqttType.PUBCOMP;
import static io.mooring.testkit.MqttType.PUBLISH;
import static io.mooring.testkit.MqttType.PUBREC;
import static io.mooring.testkit.MqttType.PUBREL;
import static io.mooring.testkit.MqttType.SUBACK;
import static io.mooring.testkit.MqttType.SUBSCRIBE;
import static io.mooring.testkit.MqttType.UNSUBACK;
import static io.mooring.testkit.MqttType.UNSUBSCRIBE;

/**
 * The properties of MQTT 5, table 2-4: identifier, data type and the packets that may hold each.
 */
public enum MqttProperty {
  /** 0 for bytes, 1 for UTF-8. */
  PAYLOAD_FORMAT_INDICATOR(0x01, Form.BYTE, true, PUBLISH),
  /** In seconds. */
  MESSAGE_EXPIRY_INTERVAL(0x02, Form.FOUR_BYTES, true, PUBLISH),
  /** The media type of the payload. */
  CONTENT_TYPE(0x03, Form.UTF8, true, PUBLISH),
  /** Where an answer goes. */
  RESPONSE_TOPIC(0x08, Form.UTF8, true, PUBLISH),
  /** Ties an answer to its request. */
  CORRELATION_DATA(0x09, Form.BINARY, true, PUBLISH),
  /** 1 to 268,435,455; may occur more than once in PUBLISH. */
  SUBSCRIPTION_IDENTIFIER(0x0B, Form.VARIABLE, false, PUBLISH, SUBSCRIBE),
  /** In seconds; 0xFFFFFFFF is for ever. */
  SESSION_EXPIRY_INTERVAL(0x11, Form.FOUR_BYTES, false, CONNECT, CONNACK, DISCONNECT),
  /** The server's choice of client identifier. */
  ASSIGNED_CLIENT_IDENTIFIER(0x12, Form.UTF8, false, CONNACK),
  /** In seconds; it overrules the client's. */
  SERVER_KEEP_ALIVE(0x13, Form.TWO_BYTES, false, CONNACK),
  /** The name of the method of enhanced authentication. */
  AUTHENTICATION_METHOD(0x15, Form.UTF8, false, CONNECT, CONNACK, AUTH),
  /** The method's data. */
  AUTHENTICATION_DATA(0x16, Form.BINARY, false, CONNECT, CONNACK, AUTH),
  /** 0 or 1. */
  REQUEST_PROBLEM_INFORMATION(0x17, Form.BYTE, false, CONNECT),
  /** In seconds. */
  WILL_DELAY_INTERVAL(0x18, Form.FOUR_BYTES, true),
  /** 0 or 1. */
  REQUEST_RESPONSE_INFORMATION(0x19, Form.BYTE, false, CONNECT),
  /** The basis of response topics. */
  RESPONSE_INFORMATION(0x1A, Form.UTF8, false, CONNACK),
  /** Another server to use. */
  SERVER_REFERENCE(0x1C, Form.UTF8, false, CONNACK, DISCONNECT),
  /** For people and logs. */
  REASON_STRING(
      0x1F,
      Form.UTF8,
      false,
      CONNACK,
      PUBACK,
      PUBREC,
      PUBREL,
      PUBCOMP,
      SUBACK,
      UNSUBACK,
      DISCONNECT,
      AUTH),
  /** 1 to 65,535. */
  RECEIVE_MAXIMUM(0x21, Form.TWO_BYTES, false, CONNECT, CONNACK),
  /** 0 to 65,535. */
  TOPIC_ALIAS_MAXIMUM(0x22, Form.TWO_BYTES, false, CONNECT, CONNACK),
  /** 1 to 65,535. */
  TOPIC_ALIAS(0x23, Form.TWO_BYTES, false, PUBLISH),
  /** 0 or 1; absent is 2. */
  MAXIMUM_QOS(0x24, Form.BYTE, false, CONNACK),
  /** 0 or 1. */
  RETAIN_AVAILABLE(0x25, Form.BYTE, false, CONNACK),
  /** Name and value; may occur any number of times. */
  USER_PROPERTY(
      0x26,
      Form.PAIR,
      true,
      CONNECT,
      CONNACK,
      PUBLISH,
      PUBACK,
      PUBREC,
      PUBREL,
      PUBCOMP,
      SUBSCRIBE,
      SUBACK,
      UNSUBSCRIBE,
      UNSUBACK,
      DISCONNECT,
      AUTH),
  /** In bytes. */
  MAXIMUM_PACKET_SIZE(0x27, Form.FOUR_BYTES, false, CONNECT, CONNACK),
  /** 0 or 1. */
  WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Form.BYTE, false, CONNACK),
  /** 0 or 1. */
  SUBSCRIPTION_IDENTIFIERS_AVAILABLE(0x29, Form.BYTE, false, CONNACK),
  /** 0 or 1. */
  SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Form.BYTE, false, CONNACK);

  private final int id;
  private final Form form;
  private final boolean inWill;
  private final int packets;

  MqttProperty(int id, Form form, boolean inWill, MqttType... packets) {
    this.id = id;
    this.form = form;
    this.inWill = inWill;
    this.packets = bits(packets);
  }

  /** The identifier on the wire. */
  public int id() {
    return id;
  }

  Form form() {
    return form;
  }

  boolean allowedIn(MqttType packet) {
    return (packets & bits(packet)) != 0;
  }

  boolean allowedInWill() {
    return inWill;
  }

  boolean repeatableIn(MqttType packet) {
    return this == USER_PROPERTY || (this == SUBSCRIPTION_IDENTIFIER && packet == MqttType.PUBLISH);
  }

  boolean permits(long value) {
    return switch (this) {
      case RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, TOPIC_ALIAS, SUBSCRIPTION_IDENTIFIER -> value != 0;
      default -> form != Form.BYTE || value <= 1;
    };
  }

  static MqttProperty of(long id) throws MalformedPacketException {
    for (MqttProperty property : values()) {
      if (property.id == id) {
        return property;
      }
    }
    throw new MalformedPacketException(
        "property 0x" + Long.toHexString(id) + " does not exist (MQTT 5, 2.2.2.2)");
  }

  private static int bits(MqttType... types) {
    int bits = 0;
    for (MqttType type : types) {
      bits |= 1 << type.code();
    }
    return bits;
  }

  /** The data types of MQTT 5, section 1.5. */
  enum Form {
    BYTE,
    TWO_BYTES,
    FOUR_BYTES,
    VARIABLE,
    UTF8,
    BINARY,
    PAIR
  }
}
