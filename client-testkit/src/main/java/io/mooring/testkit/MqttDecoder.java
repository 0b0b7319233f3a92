package io.mooring.testkit;

import io.mooring.testkit.MqttPacket.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads packets strictly, as MQTT 5, section 3, lays them out. */
final class MqttDecoder {
  private static final int PROTOCOL_VERSION = 5;

  private MqttDecoder() {}

  static MqttPacket decode(int firstByte, byte[] body) throws MalformedPacketException {
    MqttType type = MqttType.of(firstByte >>> 4);
    int flags = firstByte & 0x0F;
    if (type != MqttType.PUBLISH && flags != type.fixedFlags()) {
      throw new MalformedPacketException(
          type + " has the flags 0x" + Integer.toHexString(flags) + " (MQTT 5, 2.1.3)");
    }
    var in = new MqttInput(body);
    MqttPacket packet =
        switch (type) {
          case CONNECT -> connect(in);
          case CONNACK -> connack(in);
          case PUBLISH -> publish(flags, in);
          case PUBACK, PUBREC, PUBREL, PUBCOMP -> ack(type, in);
          case SUBSCRIBE -> subscribe(in);
          case SUBACK ->
              new MqttPacket.Suback(packetId(type, in), properties(in, type), codes(type, in));
          case UNSUBSCRIBE -> unsubscribe(in);
          case UNSUBACK ->
              new MqttPacket.Unsuback(packetId(type, in), properties(in, type), codes(type, in));
          case PINGREQ, PINGRESP -> new MqttPacket.Ping(type);
          case DISCONNECT -> new MqttPacket.Disconnect(reason(in), shortProperties(in, type));
          case AUTH -> auth(in);
        };
    in.end(type);
    return packet;
  }

  private static MqttPacket connect(MqttInput in) throws MalformedPacketException {
    String protocol = in.utf8();
    int version = in.u8();
    if (!protocol.equals("MQTT") || version != PROTOCOL_VERSION) {
      throw new MalformedPacketException(
          "CONNECT is for protocol " + protocol + " version " + version + ", not MQTT 5");
    }
    int flags = in.u8();
    boolean hasWill = (flags & 0x04) != 0;
    int willQos = flags >> 3 & 0x03;
    boolean willRetain = (flags & 0x20) != 0;
    if ((flags & 0x01) != 0 || willQos == 3 || (!hasWill && (willQos != 0 || willRetain))) {
      throw new MalformedPacketException(
          "CONNECT has the connect flags 0x" + Integer.toHexString(flags) + " (MQTT 5, 3.1.2.3)");
    }
    int keepAlive = in.u16();
    MqttProperties properties = properties(in, MqttType.CONNECT);
    if (properties.has(MqttProperty.AUTHENTICATION_DATA)
        && !properties.has(MqttProperty.AUTHENTICATION_METHOD)) {
      throw new MalformedPacketException(
          "CONNECT has Authentication Data without a method (MQTT 5, 3.1.2.11.10)");
    }
    String clientId = in.utf8();
    Optional<MqttPacket.Will> will = Optional.empty();
    if (hasWill) {
      MqttProperties willProperties = MqttProperties.read(in, MqttType.CONNECT, true);
      will =
          Optional.of(
              new MqttPacket.Will(willQos, willRetain, in.utf8(), in.binary(), willProperties));
    }
    Optional<String> userName = (flags & 0x80) != 0 ? Optional.of(in.utf8()) : Optional.empty();
    Optional<Bytes> password = (flags & 0x40) != 0 ? Optional.of(in.binary()) : Optional.empty();
    return new MqttPacket.Connect(
        (flags & 0x02) != 0, keepAlive, clientId, will, userName, password, properties);
  }

  private static MqttPacket connack(MqttInput in) throws MalformedPacketException {
    int flags = in.u8();
    if (flags > 1) {
      throw new MalformedPacketException(
          "CONNACK has the acknowledge flags 0x" + Integer.toHexString(flags));
    }
    return new MqttPacket.Connack(flags == 1, in.u8(), properties(in, MqttType.CONNACK));
  }

  private static MqttPacket publish(int flags, MqttInput in) throws MalformedPacketException {
    boolean dup = (flags & 0x08) != 0;
    int qos = flags >> 1 & 0x03;
    if (qos == 3 || (qos == 0 && dup)) {
      throw new MalformedPacketException(
          "PUBLISH has the flags 0x" + Integer.toHexString(flags) + " (MQTT 5, 3.3.1)");
    }
    String topic = in.utf8();
    if (topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0) {
      throw new MalformedPacketException("PUBLISH has a wildcard in its topic name: " + topic);
    }
    int packetId = qos == 0 ? 0 : packetId(MqttType.PUBLISH, in);
    MqttProperties properties = properties(in, MqttType.PUBLISH);
    if (topic.isEmpty() && !properties.has(MqttProperty.TOPIC_ALIAS)) {
      throw new MalformedPacketException("PUBLISH has neither topic name nor topic alias");
    }
    return new MqttPacket.Publish(
        dup, qos, (flags & 0x01) != 0, topic, packetId, properties, in.rest());
  }

  private static MqttPacket ack(MqttType type, MqttInput in) throws MalformedPacketException {
    return new MqttPacket.Ack(type, packetId(type, in), reason(in), shortProperties(in, type));
  }

  private static MqttPacket subscribe(MqttInput in) throws MalformedPacketException {
    int packetId = packetId(MqttType.SUBSCRIBE, in);
    MqttProperties properties = properties(in, MqttType.SUBSCRIBE);
    List<Subscription> subscriptions = new ArrayList<>();
    do {
      var subscription = new Subscription(filter(in), in.u8());
      if (subscription.qos() == 3
          || subscription.retainHandling() == 3
          || (subscription.options() & 0xC0) != 0) {
        throw new MalformedPacketException(
            "SUBSCRIBE has the options 0x" + Integer.toHexString(subscription.options()));
      }
      subscriptions.add(subscription);
    } while (in.hasRemaining());
    return new MqttPacket.Subscribe(packetId, properties, List.copyOf(subscriptions));
  }

  private static MqttPacket unsubscribe(MqttInput in) throws MalformedPacketException {
    int packetId = packetId(MqttType.UNSUBSCRIBE, in);
    MqttProperties properties = properties(in, MqttType.UNSUBSCRIBE);
    List<String> filters = new ArrayList<>();
    do {
      filters.add(filter(in));
    } while (in.hasRemaining());
    return new MqttPacket.Unsubscribe(packetId, properties, List.copyOf(filters));
  }

  private static MqttPacket auth(MqttInput in) throws MalformedPacketException {
    var auth = new MqttPacket.Auth(reason(in), shortProperties(in, MqttType.AUTH));
    if (auth.reasonCode() != 0 && auth.method().isEmpty()) {
      throw new MalformedPacketException("AUTH has no Authentication Method (MQTT 5, 3.15.2.2.2)");
    }
    return auth;
  }

  private static String filter(MqttInput in) throws MalformedPacketException {
    String filter = in.utf8();
    if (filter.isEmpty()) {
      throw new MalformedPacketException("a topic filter is empty (MQTT 5, 4.7.3)");
    }
    return filter;
  }

  private static int packetId(MqttType type, MqttInput in) throws MalformedPacketException {
    int packetId = in.u16();
    if (packetId == 0) {
      throw new MalformedPacketException(type + " has the packet identifier 0 (MQTT 5, 2.2.1)");
    }
    return packetId;
  }

  private static int reason(MqttInput in) throws MalformedPacketException {
    return in.hasRemaining() ? in.u8() : 0;
  }

  private static MqttProperties shortProperties(MqttInput in, MqttType type)
      throws MalformedPacketException {
    return in.hasRemaining() ? properties(in, type) : MqttProperties.NONE;
  }

  private static MqttProperties properties(MqttInput in, MqttType type)
      throws MalformedPacketException {
    return MqttProperties.read(in, type, false);
  }

  private static List<Integer> codes(MqttType type, MqttInput in) throws MalformedPacketException {
    if (!in.hasRemaining()) {
      throw new MalformedPacketException(type + " has no reason code");
    }
    List<Integer> codes = new ArrayList<>();
    while (in.hasRemaining()) {
      codes.add(in.u8());
    }
    return List.copyOf(codes);
  }
}
