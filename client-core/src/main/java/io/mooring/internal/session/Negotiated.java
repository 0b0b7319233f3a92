package io.mooring.internal.session;

import io.mooring.Qos;
import io.mooring.UserProperty;
import io.mooring.internal.wire.Packet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds on one connection: the CONNECT's wishes as the CONNACK settled them (MQTT 5, section
 * 3.2.2.3).
 *
 * @param clientId ours, or the Assigned Client Identifier
 * @param sessionPresent the broker resumed the session: subscriptions are still there
 * @param sessionExpirySeconds 0 to 4,294,967,295 (never)
 * @param keepAliveSeconds ours, or Server Keep Alive; 0 is off
 * @param receiveMaximum our QoS 1 and 2 messages that may be in flight, 1 to 65,535
 * @param maximumPacketSize bytes of the largest packet the broker takes
 * @param topicAliases how many outbound aliases are used; 0 is none
 */
public record Negotiated(
    String clientId,
    boolean sessionPresent,
    long sessionExpirySeconds,
    int keepAliveSeconds,
    int receiveMaximum,
    long maximumPacketSize,
    Qos maximumQos,
    boolean retainAvailable,
    int topicAliases,
    boolean wildcardSubscriptionAvailable,
    boolean subscriptionIdentifiersAvailable,
    boolean sharedSubscriptionAvailable,
    @Nullable String responseInformation,
    @Nullable String serverReference,
    @Nullable String reasonString,
    List<UserProperty> userProperties) {

  static Negotiated of(ConnectOptions asked, Packet.ConnAck ack, String clientId) {
    return new Negotiated(
        clientId,
        ack.sessionPresent(),
        ack.sessionExpirySeconds() < 0 ? asked.sessionExpirySeconds() : ack.sessionExpirySeconds(),
        ack.serverKeepAliveSeconds() < 0 ? asked.keepAliveSeconds() : ack.serverKeepAliveSeconds(),
        ack.receiveMaximum(),
        ack.maximumPacketSize() < 0
            ? ConnectOptions.PROTOCOL_MAXIMUM_PACKET_SIZE
            : ack.maximumPacketSize(),
        ack.maximumQos(),
        ack.retainAvailable(),
        Math.min(asked.outboundTopicAliases(), ack.topicAliasMaximum()),
        ack.wildcardSubscriptionAvailable(),
        ack.subscriptionIdentifiersAvailable(),
        ack.sharedSubscriptionAvailable(),
        ack.responseInformation(),
        ack.serverReference(),
        ack.reasonString(),
        ack.userProperties());
  }
}
