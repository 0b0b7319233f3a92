package io.mooring.testkit;

import java.util.List;
import java.util.Optional;

/**
 * An MQTT 5 control packet as the testkit's own codec reads and writes it. {@link
 * MqttPackets#decode} checks the standard; {@link #encode} writes whatever the record holds.
 */
public sealed interface MqttPacket {
  /** The packet's type. */
  MqttType type();

  /** The packet's properties; none for PINGREQ and PINGRESP. */
  MqttProperties properties();

  /** The whole packet on the wire, fixed header included. */
  byte[] encode();

  /** CONNECT (MQTT 5, 3.1); keepAlive in seconds. */
  record Connect(
      boolean cleanStart,
      int keepAlive,
      String clientId,
      Optional<Will> will,
      Optional<String> userName,
      Optional<Bytes> password,
      MqttProperties properties)
      implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.CONNECT;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.connect(this);
    }

    /** Everything but the password. */
    @Override
    public String toString() {
      return "Connect[clientId=%s, cleanStart=%s, keepAlive=%d, will=%s, userName=%s, %s, %s]"
          .formatted(
              clientId,
              cleanStart,
              keepAlive,
              will,
              userName,
              password.isPresent() ? "password=(hidden)" : "no password",
              properties);
    }
  }

  /** The will message inside CONNECT (MQTT 5, 3.1.3.2). */
  record Will(int qos, boolean retain, String topic, Bytes payload, MqttProperties properties) {}

  /** CONNACK (MQTT 5, 3.2). */
  record Connack(boolean sessionPresent, int reasonCode, MqttProperties properties)
      implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.CONNACK;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.connack(this);
    }
  }

  /** PUBLISH (MQTT 5, 3.3); packetId is 0 at QoS 0, where the wire has none. */
  record Publish(
      boolean dup,
      int qos,
      boolean retain,
      String topic,
      int packetId,
      MqttProperties properties,
      Bytes payload)
      implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.PUBLISH;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.publish(this);
    }
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5, 3.4 to 3.7). */
  record Ack(MqttType type, int packetId, int reasonCode, MqttProperties properties)
      implements MqttPacket {
    @Override
    public byte[] encode() {
      return MqttEncoder.ack(this);
    }
  }

  /** SUBSCRIBE (MQTT 5, 3.8). */
  record Subscribe(int packetId, MqttProperties properties, List<Subscription> subscriptions)
      implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.SUBSCRIBE;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.subscribe(this);
    }
  }

  /** One topic filter of SUBSCRIBE with its options byte (MQTT 5, 3.8.3.1). */
  record Subscription(String filter, int options) {
    /** The maximum QoS asked for. */
    public int qos() {
      return options & 0x03;
    }

    /** Whether the subscriber's own messages stay away. */
    public boolean noLocal() {
      return (options & 0x04) != 0;
    }

    /** Whether the retain flag is kept as published. */
    public boolean retainAsPublished() {
      return (options & 0x08) != 0;
    }

    /** 0: send retained messages; 1: only for a new subscription; 2: never. */
    public int retainHandling() {
      return options >> 4 & 0x03;
    }
  }

  /** SUBACK (MQTT 5, 3.9). */
  record Suback(int packetId, MqttProperties properties, List<Integer> reasonCodes)
      implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.SUBACK;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.codes(type(), packetId, properties, reasonCodes);
    }
  }

  /** UNSUBSCRIBE (MQTT 5, 3.10). */
  record Unsubscribe(int packetId, MqttProperties properties, List<String> filters)
      implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.UNSUBSCRIBE;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.unsubscribe(this);
    }
  }

  /** UNSUBACK (MQTT 5, 3.11). */
  record Unsuback(int packetId, MqttProperties properties, List<Integer> reasonCodes)
      implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.UNSUBACK;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.codes(type(), packetId, properties, reasonCodes);
    }
  }

  /** PINGREQ or PINGRESP (MQTT 5, 3.12 and 3.13). */
  record Ping(MqttType type) implements MqttPacket {
    @Override
    public MqttProperties properties() {
      return MqttProperties.NONE;
    }

    @Override
    public byte[] encode() {
      return MqttPackets.frame(type, new byte[0]);
    }
  }

  /** DISCONNECT (MQTT 5, 3.14). */
  record Disconnect(int reasonCode, MqttProperties properties) implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.DISCONNECT;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.reason(type(), reasonCode, properties);
    }
  }

  /** AUTH (MQTT 5, 3.15). */
  record Auth(int reasonCode, MqttProperties properties) implements MqttPacket {
    @Override
    public MqttType type() {
      return MqttType.AUTH;
    }

    @Override
    public byte[] encode() {
      return MqttEncoder.reason(type(), reasonCode, properties);
    }

    /** The Authentication Method; empty when the packet has none. */
    public Optional<String> method() {
      return properties.text(MqttProperty.AUTHENTICATION_METHOD);
    }

    /** The Authentication Data; no bytes when the packet has none. */
    public Bytes data() {
      return properties.bytes(MqttProperty.AUTHENTICATION_DATA).orElse(Bytes.EMPTY);
    }
  }
}
