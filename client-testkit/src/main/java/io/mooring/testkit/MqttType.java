package io.mooring.testkit;

/** The MQTT 5 control packet types (MQTT 5, 2.1.2). */
public enum MqttType {
  /** Client to server: the request to connect. */
  CONNECT(1),
  /** Server to client: the answer to it. */
  CONNACK(2),
  /** A message, in either direction. */
  PUBLISH(3),
  /** The answer to a QoS 1 message. */
  PUBACK(4),
  /** QoS 2, the first answer. */
  PUBREC(5),
  /** QoS 2, the release. */
  PUBREL(6),
  /** QoS 2, the end. */
  PUBCOMP(7),
  /** Client to server: a request to subscribe. */
  SUBSCRIBE(8),
  /** Server to client: the answer to it. */
  SUBACK(9),
  /** Client to server: a request to unsubscribe. */
  UNSUBSCRIBE(10),
  /** Server to client: the answer to it. */
  UNSUBACK(11),
  /** Client to server: are you there. */
  PINGREQ(12),
  /** Server to client: I am. */
  PINGRESP(13),
  /** The end of a connection, from either side. */
  DISCONNECT(14),
  /** A step of enhanced authentication, in either direction. */
  AUTH(15);

  private final int code;

  MqttType(int code) {
    this.code = code;
  }

  /** The number on the wire, 1 to 15. */
  public int code() {
    return code;
  }

  /** The flags that the standard fixes for this type; PUBLISH has flags of its own. */
  int fixedFlags() {
    return switch (this) {
      case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> 0x02;
      default -> 0x00;
    };
  }

  static MqttType of(int code) throws MalformedPacketException {
    if (code == 0) {
      throw new MalformedPacketException("packet type 0 is reserved (MQTT 5, 2.1.2)");
    }
    return values()[code - 1];
  }
}
