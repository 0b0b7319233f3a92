package io.mooring.internal.wire;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a broker may send, parsed. A packet that is not well-formed never becomes one of these. */
@SuppressWarnings("ArrayRecordComponent")
public sealed interface Packet {

  /**
   * CONNACK (MQTT 5, section 3.2). Absent numbers are -1, absent flags are the standard's default.
   *
   * @param sessionExpirySeconds -1: the broker uses what CONNECT asked for
   * @param receiveMaximum 1 to 65,535; 65,535 if absent
   * @param maximumQos {@link Qos#EXACTLY_ONCE} if absent
   * @param maximumPacketSize -1: no limit but the protocol's
   * @param topicAliasMaximum 0 if absent
   * @param serverKeepAliveSeconds -1: what CONNECT asked for
   */
  record ConnAck(
      boolean sessionPresent,
      ReasonCode reason,
      long sessionExpirySeconds,
      int receiveMaximum,
      Qos maximumQos,
      boolean retainAvailable,
      long maximumPacketSize,
      @Nullable String assignedClientIdentifier,
      int topicAliasMaximum,
      @Nullable String reasonString,
      List<UserProperty> userProperties,
      boolean wildcardSubscriptionAvailable,
      boolean subscriptionIdentifiersAvailable,
      boolean sharedSubscriptionAvailable,
      int serverKeepAliveSeconds,
      @Nullable String responseInformation,
      @Nullable String serverReference,
      @Nullable String authenticationMethod,
      byte @Nullable [] authenticationData)
      implements Packet {
    /** Reason and session flag; never the authentication data. */
    @Override
    public String toString() {
      return "CONNACK[" + reason + ", sessionPresent=" + sessionPresent + "]";
    }
  }

  /** PUBLISH (section 3.3). {@code topic} is empty when only an alias was sent; id 0 at QoS 0. */
  record Publish(
      boolean dup,
      Qos qos,
      boolean retain,
      String topic,
      int packetId,
      PublishProperties properties,
      byte[] payload)
      implements Packet {
    /** Never the payload. */
    @Override
    public String toString() {
      return "PUBLISH[id="
          + packetId
          + ", "
          + qos
          + ", "
          + topic
          + ", "
          + payload.length
          + " bytes]";
    }
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP (sections 3.4 to 3.7). */
  record Ack(
      AckType type,
      int packetId,
      ReasonCode reason,
      @Nullable String reasonString,
      List<UserProperty> userProperties)
      implements Packet {}

  /** SUBACK (section 3.9) or UNSUBACK (section 3.11): one reason for each filter, in order. */
  record SubAck(
      boolean unsubscribe,
      int packetId,
      List<ReasonCode> reasons,
      @Nullable String reasonString,
      List<UserProperty> userProperties)
      implements Packet {}

  /** PINGRESP (section 3.13). */
  record PingResp() implements Packet {}

  /** DISCONNECT (section 3.14). */
  record Disconnect(
      ReasonCode reason,
      @Nullable String reasonString,
      @Nullable String serverReference,
      List<UserProperty> userProperties)
      implements Packet {}

  /** AUTH (section 3.15). */
  record Auth(
      ReasonCode reason,
      @Nullable String authenticationMethod,
      byte @Nullable [] authenticationData,
      @Nullable String reasonString,
      List<UserProperty> userProperties)
      implements Packet {
    /** Never the authentication data. */
    @Override
    public String toString() {
      return "AUTH[" + reason + ", method=" + authenticationMethod + "]";
    }
  }

  /** The four acknowledgements of PUBLISH. */
  enum AckType {
    PUBACK(4),
    PUBREC(5),
    PUBREL(6),
    PUBCOMP(7);

    private final int packetType;

    AckType(int packetType) {
      this.packetType = packetType;
    }

    /** The packet type number, 4 to 7. */
    public int packetType() {
      return packetType;
    }
  }
}
