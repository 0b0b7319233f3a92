package io.mooring.internal.wire;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.UserProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes what a client sends, each packet whole, onto the end of a {@link WireBuffer}. A method
 * that throws {@link IllegalArgumentException} has written nothing.
 */
public final class PacketWriter {
  private final WireBuffer out;

  /** A writer onto {@code out}. */
  public PacketWriter(WireBuffer out) {
    this.out = out;
  }

  /**
   * CONNECT (section 3.1), with only the properties that differ from the standard's default.
   *
   * @throws IllegalArgumentException if a value is out of its range or {@link SendableText} refuses
   *     a string
   */
  public void connect(ConnectPacket packet) {
    ConnectEncoder.encode(out, packet);
  }

  /**
   * The size of a PUBLISH in bytes, fixed header included, to check against Maximum Packet Size.
   *
   * @param topicAlias 0 for none
   * @param sendTopic false if the alias stands for the topic
   * @param expirySeconds what is left of Message Expiry Interval, or -1
   * @return over 268,435,460 if the protocol cannot carry it at all
   */
  public static long publishSize(
      Message message, int topicAlias, boolean sendTopic, long expirySeconds) {
    long remaining =
        PublishLayout.remainingLength(
            message,
            PublishLayout.topicLength(message, sendTopic),
            PublishLayout.propertiesLength(message, topicAlias, expirySeconds));
    return 1L + FixedHeader.sizeOfVariableByteInteger(remaining) + remaining;
  }

  /**
   * PUBLISH (section 3.3); {@code packetId} 0 at QoS 0.
   *
   * @throws IllegalArgumentException if the packet identifier does not go with the QoS, if neither
   *     topic nor alias is sent, or if it is over 268,435,460 bytes
   */
  public void publish(
      Message message,
      int packetId,
      boolean dup,
      int topicAlias,
      boolean sendTopic,
      long expirySeconds) {
    requirePublishable(message, packetId, dup, topicAlias, sendTopic, expirySeconds);
    int topicLength = PublishLayout.topicLength(message, sendTopic);
    long properties = PublishLayout.propertiesLength(message, topicAlias, expirySeconds);
    long remaining = PublishLayout.remainingLength(message, topicLength, properties);
    requireRemainingLength("PUBLISH", remaining);
    out.ensure((int) remaining + 5);
    out.put(
        (FixedHeader.PUBLISH << 4)
            | (dup ? 8 : 0)
            | (message.qos().code() << 1)
            | (message.retain() ? 1 : 0));
    out.putVariableByteInteger((int) remaining);
    out.putUtf8(sendTopic ? message.topic() : "", topicLength);
    if (packetId != 0) {
      out.putShort(packetId);
    }
    out.putVariableByteInteger((int) properties);
    if (properties != 0) {
      putPublishProperties(message, topicAlias, expirySeconds);
    }
    out.put(message.payloadBuffer());
  }

  /**
   * PUBACK, PUBREC, PUBREL or PUBCOMP: two bytes of body when the reason is Success.
   *
   * @throws IllegalArgumentException if {@code packetId} is not 1 to 65,535
   */
  public void ack(Packet.AckType type, int packetId, ReasonCode reason) {
    requirePacketId(packetId);
    boolean success = reason == ReasonCode.SUCCESS;
    out.ensure(5);
    out.put((type.packetType() << 4) | (type == Packet.AckType.PUBREL ? 2 : 0));
    out.put(success ? 2 : 3);
    out.putShort(packetId);
    if (!success) {
      out.put(reason.code());
    }
  }

  /**
   * SUBSCRIBE (section 3.8); {@code subscriptionIdentifier} 0 for none.
   *
   * @throws IllegalArgumentException if a value is out of its range, there is no filter, or {@link
   *     SendableText} refuses a string
   */
  public void subscribe(
      int packetId,
      Map<String, SubscribeOptions> filters,
      int subscriptionIdentifier,
      List<UserProperty> userProperties) {
    requirePacketId(packetId);
    requireFilters(filters.size());
    PahoPackets.subscribe(out, packetId, filters, subscriptionIdentifier, userProperties);
  }

  /**
   * UNSUBSCRIBE (section 3.10).
   *
   * @throws IllegalArgumentException as {@link #subscribe}
   */
  public void unsubscribe(int packetId, List<String> filters, List<UserProperty> userProperties) {
    requirePacketId(packetId);
    requireFilters(filters.size());
    PahoPackets.unsubscribe(out, packetId, filters, userProperties);
  }

  /** PINGREQ (section 3.12). */
  public void pingReq() {
    out.putShort(FixedHeader.PINGREQ << 12);
  }

  /** DISCONNECT (section 3.14); {@code sessionExpirySeconds} -1 to leave it as it was. */
  public void disconnect(
      ReasonCode reason,
      long sessionExpirySeconds,
      @Nullable String reasonString,
      List<UserProperty> userProperties) {
    if (sessionExpirySeconds < -1 || sessionExpirySeconds > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "session expiry is 0 to 4294967295 s, or -1; got " + sessionExpirySeconds);
    }
    long properties =
        (sessionExpirySeconds < 0 ? 0 : 5)
            + PublishLayout.textLength(reasonString)
            + PublishLayout.userPropertiesLength(userProperties);
    boolean bare = properties == 0;
    int reasonLength = bare && reason == ReasonCode.SUCCESS ? 0 : 1;
    long remaining =
        bare ? reasonLength : 1 + FixedHeader.sizeOfVariableByteInteger(properties) + properties;
    requireRemainingLength("DISCONNECT", remaining);
    out.ensure((int) remaining + 5);
    out.put(FixedHeader.DISCONNECT << 4);
    out.putVariableByteInteger((int) remaining);
    if (reasonLength == 1) {
      out.put(reason.code());
    }
    if (!bare) {
      out.putVariableByteInteger((int) properties);
      if (sessionExpirySeconds >= 0) {
        out.put(Property.SESSION_EXPIRY_INTERVAL.id());
        out.putInt(sessionExpirySeconds);
      }
      putText(Property.REASON_STRING, reasonString);
      putUserProperties(userProperties);
    }
  }

  /**
   * AUTH (section 3.15): 0x18 Continue authentication or 0x19 Re-authenticate.
   *
   * @throws IllegalArgumentException if {@code data} is over 65,535 bytes
   */
  public void auth(ReasonCode reason, String method, byte @Nullable [] data) {
    if (data != null && data.length > Utf8.MAX_BYTES) {
      throw new IllegalArgumentException(
          "authentication data is at most " + Utf8.MAX_BYTES + " bytes; got " + data.length);
    }
    int properties = PublishLayout.textLength(method) + (data == null ? 0 : 3 + data.length);
    int remaining = 1 + FixedHeader.sizeOfVariableByteInteger(properties) + properties;
    out.ensure(remaining + 5);
    out.holdsSecret();
    out.put(FixedHeader.AUTH << 4);
    out.putVariableByteInteger(remaining);
    out.put(reason.code());
    out.putVariableByteInteger(properties);
    putText(Property.AUTHENTICATION_METHOD, method);
    if (data != null) {
      out.put(Property.AUTHENTICATION_DATA.id());
      out.putBinary(data);
    }
  }

  /** Refuses what four bytes of Remaining Length cannot say. */
  static void requireRemainingLength(String packet, long remaining) {
    if (remaining > FixedHeader.MAX_REMAINING_LENGTH) {
      throw new IllegalArgumentException(
          packet
              + " would take "
              + remaining
              + " bytes after its header; MQTT 5 allows "
              + FixedHeader.MAX_REMAINING_LENGTH
              + " (section 2.1.4)");
    }
  }

  private void putPublishProperties(Message message, int topicAlias, long expirySeconds) {
    if (message.utf8Payload()) {
      out.put(Property.PAYLOAD_FORMAT_INDICATOR.id());
      out.put(1);
    }
    if (expirySeconds >= 0) {
      out.put(Property.MESSAGE_EXPIRY_INTERVAL.id());
      out.putInt(expirySeconds);
    }
    if (topicAlias != 0) {
      out.put(Property.TOPIC_ALIAS.id());
      out.putShort(topicAlias);
    }
    putText(Property.RESPONSE_TOPIC, message.responseTopic());
    byte[] correlationData = message.correlationData();
    if (correlationData != null) {
      out.put(Property.CORRELATION_DATA.id());
      out.putBinary(correlationData);
    }
    putUserProperties(message.userProperties());
    putText(Property.CONTENT_TYPE, message.contentType());
  }

  private void putText(Property property, @Nullable String value) {
    if (value != null) {
      out.put(property.id());
      out.putUtf8(value, Utf8.length(value));
    }
  }

  private void putUserProperties(List<UserProperty> userProperties) {
    for (int i = 0; i < userProperties.size(); i++) {
      UserProperty property = userProperties.get(i);
      putText(Property.USER_PROPERTY, property.name());
      out.putUtf8(property.value(), Utf8.length(property.value()));
    }
  }

  private static void requirePublishable(
      Message message,
      int packetId,
      boolean dup,
      int topicAlias,
      boolean sendTopic,
      long expirySeconds) {
    if (message.qos() == Qos.AT_MOST_ONCE) {
      if (packetId != 0 || dup) {
        throw new IllegalArgumentException(
            "QoS 0 has no packet identifier and no DUP flag; got " + packetId + ", " + dup);
      }
    } else {
      requirePacketId(packetId);
    }
    if (topicAlias < 0 || topicAlias > 0xFFFF || (topicAlias == 0 && !sendTopic)) {
      throw new IllegalArgumentException(
          "topic alias is 1 to 65535, or 0 with the topic; got " + topicAlias);
    }
    if (expirySeconds < -1 || expirySeconds > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "message expiry is 0 to 4294967295 s, or -1; got " + expirySeconds);
    }
  }

  private static void requirePacketId(int packetId) {
    if (packetId < 1 || packetId > 0xFFFF) {
      throw new IllegalArgumentException("packet identifier is 1 to 65535; got " + packetId);
    }
  }

  private static void requireFilters(int count) {
    if (count == 0) {
      throw new IllegalArgumentException("no topic filter; there is at least one (section 3.8.3)");
    }
  }
}
