package io.mooring.internal.wire;

import io.mooring.UserProperty;
import io.mooring.testkit.Bytes;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what we read into the testkit's packets, properties in the order of their identifiers. */
final class ToTestkit {
  private MqttProperties properties = MqttProperties.NONE;

  private ToTestkit() {}

  static MqttPacket convert(Packet packet) {
    return new ToTestkit().converted(packet);
  }

  private MqttPacket converted(Packet packet) {
    if (packet instanceof Packet.ConnAck ack) {
      return connAck(ack);
    } else if (packet instanceof Packet.Publish publish) {
      return publish(publish);
    } else if (packet instanceof Packet.Ack ack) {
      text(MqttProperty.REASON_STRING, ack.reasonString());
      user(ack.userProperties());
      MqttType type = MqttType.valueOf(ack.type().name());
      return new MqttPacket.Ack(type, ack.packetId(), ack.reason().code(), properties);
    } else if (packet instanceof Packet.SubAck ack) {
      text(MqttProperty.REASON_STRING, ack.reasonString());
      user(ack.userProperties());
      List<Integer> codes = ack.reasons().stream().map(reason -> reason.code()).toList();
      return ack.unsubscribe()
          ? new MqttPacket.Unsuback(ack.packetId(), properties, codes)
          : new MqttPacket.Suback(ack.packetId(), properties, codes);
    } else if (packet instanceof Packet.Disconnect disconnect) {
      text(MqttProperty.SERVER_REFERENCE, disconnect.serverReference());
      text(MqttProperty.REASON_STRING, disconnect.reasonString());
      user(disconnect.userProperties());
      return new MqttPacket.Disconnect(disconnect.reason().code(), properties);
    } else if (packet instanceof Packet.Auth auth) {
      text(MqttProperty.AUTHENTICATION_METHOD, auth.authenticationMethod());
      bytes(MqttProperty.AUTHENTICATION_DATA, auth.authenticationData());
      text(MqttProperty.REASON_STRING, auth.reasonString());
      user(auth.userProperties());
      return new MqttPacket.Auth(auth.reason().code(), properties);
    }
    return new MqttPacket.Ping(MqttType.PINGRESP);
  }

  private MqttPacket connAck(Packet.ConnAck ack) {
    number(MqttProperty.SESSION_EXPIRY_INTERVAL, ack.sessionExpirySeconds(), -1);
    text(MqttProperty.ASSIGNED_CLIENT_IDENTIFIER, ack.assignedClientIdentifier());
    number(MqttProperty.SERVER_KEEP_ALIVE, ack.serverKeepAliveSeconds(), -1);
    text(MqttProperty.AUTHENTICATION_METHOD, ack.authenticationMethod());
    bytes(MqttProperty.AUTHENTICATION_DATA, ack.authenticationData());
    text(MqttProperty.RESPONSE_INFORMATION, ack.responseInformation());
    text(MqttProperty.SERVER_REFERENCE, ack.serverReference());
    text(MqttProperty.REASON_STRING, ack.reasonString());
    number(MqttProperty.RECEIVE_MAXIMUM, ack.receiveMaximum(), 65_535);
    number(MqttProperty.TOPIC_ALIAS_MAXIMUM, ack.topicAliasMaximum(), 0);
    number(MqttProperty.MAXIMUM_QOS, ack.maximumQos().code(), 2);
    number(MqttProperty.RETAIN_AVAILABLE, ack.retainAvailable() ? 1 : 0, 1);
    user(ack.userProperties());
    number(MqttProperty.MAXIMUM_PACKET_SIZE, ack.maximumPacketSize(), -1);
    number(
        MqttProperty.WILDCARD_SUBSCRIPTION_AVAILABLE,
        ack.wildcardSubscriptionAvailable() ? 1 : 0,
        1);
    number(
        MqttProperty.SUBSCRIPTION_IDENTIFIERS_AVAILABLE,
        ack.subscriptionIdentifiersAvailable() ? 1 : 0,
        1);
    number(
        MqttProperty.SHARED_SUBSCRIPTION_AVAILABLE, ack.sharedSubscriptionAvailable() ? 1 : 0, 1);
    return new MqttPacket.Connack(ack.sessionPresent(), ack.reason().code(), properties);
  }

  private MqttPacket publish(Packet.Publish publish) {
    PublishProperties carried = publish.properties();
    number(MqttProperty.PAYLOAD_FORMAT_INDICATOR, carried.utf8Payload() ? 1 : 0, 0);
    number(MqttProperty.MESSAGE_EXPIRY_INTERVAL, carried.expirySeconds(), -1);
    text(MqttProperty.CONTENT_TYPE, carried.contentType());
    text(MqttProperty.RESPONSE_TOPIC, carried.responseTopic());
    bytes(MqttProperty.CORRELATION_DATA, carried.correlationData());
    for (int identifier : carried.subscriptionIdentifiers()) {
      number(MqttProperty.SUBSCRIPTION_IDENTIFIER, identifier, 0);
    }
    number(MqttProperty.TOPIC_ALIAS, carried.topicAlias(), 0);
    user(carried.userProperties());
    return new MqttPacket.Publish(
        publish.dup(),
        publish.qos().code(),
        publish.retain(),
        publish.topic(),
        publish.packetId(),
        properties,
        Bytes.of(publish.payload()));
  }

  private void number(MqttProperty property, long value, long ifAbsent) {
    if (value != ifAbsent) {
      properties = properties.with(property, value);
    }
  }

  private void text(MqttProperty property, @Nullable String value) {
    if (value != null) {
      properties = properties.with(property, value);
    }
  }

  private void bytes(MqttProperty property, byte @Nullable [] value) {
    if (value != null) {
      properties = properties.with(property, value);
    }
  }

  private void user(List<UserProperty> pairs) {
    for (UserProperty pair : pairs) {
      properties = properties.withUser(pair.name(), pair.value());
    }
  }
}
