package io.mooring.internal.session;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.Packet.AckType;
import io.mooring.internal.wire.PublishProperties;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a broker sends, as the parser hands it over. */
final class BrokerPackets {
  private BrokerPackets() {}

  static Packet.Publish publish(Qos qos, int packetId, String topic, String payload) {
    return publish(qos, packetId, topic, payload, PublishProperties.NONE);
  }

  static Packet.Publish publish(
      Qos qos, int packetId, String topic, String payload, PublishProperties properties) {
    return new Packet.Publish(
        false, qos, false, topic, packetId, properties, payload.getBytes(StandardCharsets.UTF_8));
  }

  static PublishProperties alias(int topicAlias) {
    return new PublishProperties(false, -1, topicAlias, null, null, List.of(), List.of(), null);
  }

  static Packet.Ack ack(AckType type, int packetId) {
    return ack(type, packetId, ReasonCode.SUCCESS);
  }

  static Packet.Ack ack(AckType type, int packetId, ReasonCode reason) {
    return new Packet.Ack(type, packetId, reason, null, List.of());
  }

  static Packet.SubAck subAck(int packetId, ReasonCode... reasons) {
    return new Packet.SubAck(false, packetId, List.of(reasons), null, List.of());
  }

  static Packet.SubAck unsubAck(int packetId, ReasonCode... reasons) {
    return new Packet.SubAck(true, packetId, List.of(reasons), null, List.of());
  }

  static Packet.Disconnect disconnect(ReasonCode reason) {
    return new Packet.Disconnect(reason, null, null, List.of());
  }

  static Packet.Auth auth(ReasonCode reason, @Nullable String method, byte @Nullable [] data) {
    return new Packet.Auth(reason, method, data, null, List.of());
  }

  static ConnAckBuilder connAck() {
    return new ConnAckBuilder();
  }

  /** CONNACK 0x00 without a property, to be changed one by one. */
  static final class ConnAckBuilder {
    private boolean sessionPresent;
    private ReasonCode reason = ReasonCode.SUCCESS;
    private long sessionExpiry = -1;
    private int receiveMaximum = 65_535;
    private Qos maximumQos = Qos.EXACTLY_ONCE;
    private boolean retain = true;
    private long maximumPacketSize = -1;
    private @Nullable String assigned;
    private int topicAliasMaximum;
    private @Nullable String reasonString;
    private boolean wildcard = true;
    private boolean identifiers = true;
    private boolean shared = true;
    private int serverKeepAlive = -1;
    private @Nullable String serverReference;
    private @Nullable String method;
    private byte @Nullable [] data;

    ConnAckBuilder sessionPresent() {
      sessionPresent = true;
      return this;
    }

    ConnAckBuilder sessionPresent(boolean present) {
      sessionPresent = present;
      return this;
    }

    ConnAckBuilder reason(ReasonCode code) {
      reason = code;
      return this;
    }

    ConnAckBuilder reasonString(String text) {
      reasonString = text;
      return this;
    }

    ConnAckBuilder sessionExpiry(long seconds) {
      sessionExpiry = seconds;
      return this;
    }

    ConnAckBuilder receiveMaximum(int maximum) {
      receiveMaximum = maximum;
      return this;
    }

    ConnAckBuilder maximumQos(Qos maximum) {
      maximumQos = maximum;
      return this;
    }

    ConnAckBuilder withoutRetain() {
      retain = false;
      return this;
    }

    ConnAckBuilder maximumPacketSize(long bytes) {
      maximumPacketSize = bytes;
      return this;
    }

    ConnAckBuilder assigned(String clientId) {
      assigned = clientId;
      return this;
    }

    ConnAckBuilder topicAliasMaximum(int maximum) {
      topicAliasMaximum = maximum;
      return this;
    }

    ConnAckBuilder withoutWildcard() {
      wildcard = false;
      return this;
    }

    ConnAckBuilder withoutIdentifiers() {
      identifiers = false;
      return this;
    }

    ConnAckBuilder withoutShared() {
      shared = false;
      return this;
    }

    ConnAckBuilder serverKeepAlive(int seconds) {
      serverKeepAlive = seconds;
      return this;
    }

    ConnAckBuilder serverReference(String reference) {
      serverReference = reference;
      return this;
    }

    ConnAckBuilder authentication(@Nullable String name, byte @Nullable [] bytes) {
      method = name;
      data = bytes;
      return this;
    }

    Packet.ConnAck build() {
      return new Packet.ConnAck(
          sessionPresent,
          reason,
          sessionExpiry,
          receiveMaximum,
          maximumQos,
          retain,
          maximumPacketSize,
          assigned,
          topicAliasMaximum,
          reasonString,
          List.of(),
          wildcard,
          identifiers,
          shared,
          serverKeepAlive,
          null,
          serverReference,
          method,
          data);
    }
  }
}
