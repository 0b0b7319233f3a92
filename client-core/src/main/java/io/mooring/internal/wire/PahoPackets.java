package io.mooring.internal.wire;

import io.mooring.SubscribeOptions;
import io.mooring.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttSubscribe;
import org.eclipse.paho.mqttv5.common.packet.MqttUnsubscribe;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;

/**
 * SUBSCRIBE and UNSUBSCRIBE as Paho encodes them. Paho cuts a string length to 16 bits and a
 * Remaining Length to 28 without a word, and refuses some strings only half-way, so all of that is
 * checked here first.
 */
final class PahoPackets {
  private PahoPackets() {}

  static void subscribe(
      WireBuffer out,
      int packetId,
      Map<String, SubscribeOptions> filters,
      int subscriptionIdentifier,
      List<UserProperty> userProperties) {
    List<MqttSubscription> subscriptions = new ArrayList<>(filters.size());
    filters.forEach((filter, options) -> subscriptions.add(subscription(filter, options)));
    MqttProperties properties = withUserProperties(userProperties);
    if (subscriptionIdentifier != 0) {
      properties.setSubscriptionIdentifier(subscriptionIdentifier);
    }
    MqttSubscribe packet =
        new MqttSubscribe(subscriptions.toArray(new MqttSubscription[0]), properties);
    packet.setMessageId(packetId);
    append(out, packet, "SUBSCRIBE");
  }

  static void unsubscribe(
      WireBuffer out, int packetId, List<String> filters, List<UserProperty> userProperties) {
    filters.forEach(filter -> SendableText.require("topic filter", filter));
    MqttUnsubscribe packet =
        new MqttUnsubscribe(filters.toArray(new String[0]), withUserProperties(userProperties));
    packet.setMessageId(packetId);
    append(out, packet, "UNSUBSCRIBE");
  }

  /** Paho's properties with these User Properties and nothing else. */
  static MqttProperties withUserProperties(List<UserProperty> userProperties) {
    List<org.eclipse.paho.mqttv5.common.packet.UserProperty> pairs =
        new ArrayList<>(userProperties.size());
    for (UserProperty property : userProperties) {
      SendableText.require("user property name", property.name());
      SendableText.require("user property value", property.value());
      pairs.add(
          new org.eclipse.paho.mqttv5.common.packet.UserProperty(
              property.name(), property.value()));
    }
    MqttProperties properties = new MqttProperties();
    properties.setUserProperties(pairs);
    return properties;
  }

  /** Paho declares this wherever it writes to memory; there it does not happen. */
  static IllegalStateException cannotEncode(String packet, MqttException cause) {
    return new IllegalStateException(
        packet + " could not be encoded: Paho reason " + cause.getReasonCode(), cause);
  }

  private static MqttSubscription subscription(String filter, SubscribeOptions options) {
    SendableText.require("topic filter", filter);
    MqttSubscription subscription = new MqttSubscription(filter, options.qos().code());
    subscription.setNoLocal(options.noLocal());
    subscription.setRetainAsPublished(options.retainAsPublished());
    subscription.setRetainHandling(
        switch (options.retainHandling()) {
          case SEND -> 0;
          case SEND_IF_NEW -> 1;
          case DO_NOT_SEND -> 2;
        });
    return subscription;
  }

  private static void append(WireBuffer out, MqttWireMessage packet, String name) {
    try {
      byte[] header = packet.getHeader();
      byte[] payload = packet.getPayload();
      PacketWriter.requireRemainingLength(name, (long) header.length + payload.length);
      out.ensure(header.length + payload.length);
      out.put(header, 0, header.length);
      out.put(payload, 0, payload.length);
    } catch (MqttException e) {
      throw cannotEncode(name, e);
    }
  }
}
