package io.mooring.internal.wire;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parses one whole packet whose fixed header {@link FixedHeader} has approved. */
final class PacketParser {
  private static final Packet.PingResp PINGRESP = new Packet.PingResp();
  private static final int V3_UNACCEPTABLE_VERSION = 0x01;
  private static final int CACHED_TOPIC_LIMIT = 512;

  private final BodyCursor body = new BodyCursor();
  private final ReceivedProperties properties = new ReceivedProperties(body);

  /** Empty until a message comes: many connections only publish. */
  private byte[] lastTopicBytes = {};

  private String lastTopic = "";
  private int lastTopicLength;

  /**
   * Parses a packet.
   *
   * @param first the first byte of the fixed header
   * @param source holds the body from {@code from} on; not kept
   * @param length the Remaining Length
   */
  Packet parse(int first, byte[] source, int from, int length) {
    body.start(FixedHeader.name(first), source, from, length);
    Packet packet = parseBody(first);
    if (body.remaining() > 0) {
      throw body.malformed(body.remaining() + " bytes follow where the packet should end");
    }
    body.release();
    properties.clear();
    return packet;
  }

  private Packet parseBody(int first) {
    return switch (first >> 4) {
      case FixedHeader.CONNACK -> connAck();
      case FixedHeader.PUBLISH -> publish(first);
      case FixedHeader.PUBACK -> ack(Packet.AckType.PUBACK, AllowedReasons.PUBACK_PUBREC);
      case FixedHeader.PUBREC -> ack(Packet.AckType.PUBREC, AllowedReasons.PUBACK_PUBREC);
      case FixedHeader.PUBREL -> ack(Packet.AckType.PUBREL, AllowedReasons.PUBREL_PUBCOMP);
      case FixedHeader.PUBCOMP -> ack(Packet.AckType.PUBCOMP, AllowedReasons.PUBREL_PUBCOMP);
      case FixedHeader.SUBACK -> subAck(false, AllowedReasons.SUBACK);
      case FixedHeader.UNSUBACK -> subAck(true, AllowedReasons.UNSUBACK);
      case FixedHeader.PINGRESP -> PINGRESP;
      case FixedHeader.DISCONNECT -> disconnect();
      case FixedHeader.AUTH -> auth();
      default -> throw body.protocolError("only a client sends it");
    };
  }

  private Packet publish(int first) {
    Qos qos = Qos.of((first >> 1) & 3);
    String topic = topicName();
    int packetId = qos == Qos.AT_MOST_ONCE ? 0 : body.readPacketId();
    PublishProperties carried =
        properties.read(Property.IN_PUBLISH) ? publishProperties() : PublishProperties.NONE;
    if (topic.isEmpty() && carried.topicAlias() == 0) {
      throw body.protocolError("neither Topic Name nor Topic Alias (section 3.3.2.1)");
    }
    boolean dup = (first & 8) != 0;
    boolean retain = (first & 1) != 0;
    return new Packet.Publish(dup, qos, retain, topic, packetId, carried, body.readRest());
  }

  /** Most messages go to the topic of the one before: then neither decode it again nor check it. */
  private String topicName() {
    int length = body.readShort("Topic Name");
    if (length == lastTopicLength && body.startsWith(lastTopicBytes, length)) {
      body.skip(length);
      return lastTopic;
    }
    body.need(length, "Topic Name");
    boolean cacheable = length <= CACHED_TOPIC_LIMIT;
    if (cacheable) {
      lastTopicLength = -1;
      if (lastTopicBytes.length == 0) {
        lastTopicBytes = new byte[CACHED_TOPIC_LIMIT];
      }
      body.copyTo(lastTopicBytes, length);
    }
    String topic = body.readText(length, "Topic Name");
    if (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
      throw body.violation(
          ReasonCode.TOPIC_NAME_INVALID,
          "the Topic Name " + Violations.quote(topic) + " holds a wildcard (section 3.3.2.1)");
    }
    if (cacheable) {
      lastTopic = topic;
      lastTopicLength = length;
    }
    return topic;
  }

  private PublishProperties publishProperties() {
    return new PublishProperties(
        properties.flag(Property.PAYLOAD_FORMAT_INDICATOR, false),
        properties.number(Property.MESSAGE_EXPIRY_INTERVAL, -1),
        (int) properties.number(Property.TOPIC_ALIAS, 0),
        properties.text(Property.RESPONSE_TOPIC),
        properties.binary(Property.CORRELATION_DATA),
        properties.userProperties(),
        properties.subscriptionIdentifiers(),
        properties.text(Property.CONTENT_TYPE));
  }

  /** Reason Code and Property Length may be left off (sections 3.4.2.1 and 3.4.2.2.1). */
  private Packet ack(Packet.AckType type, AllowedReasons allowed) {
    int packetId = body.readPacketId();
    ReasonCode reason = body.remaining() == 0 ? ReasonCode.SUCCESS : allowed.read(body);
    return new Packet.Ack(
        type, packetId, reason, optionalProperties(Property.IN_ACKNOWLEDGEMENT), userProperties());
  }

  private Packet subAck(boolean unsubscribe, AllowedReasons allowed) {
    int packetId = body.readPacketId();
    properties.read(Property.IN_ACKNOWLEDGEMENT);
    if (body.remaining() == 0) {
      throw body.malformed("no Reason Code; there is one for each Topic Filter");
    }
    List<ReasonCode> reasons = new ArrayList<>(body.remaining());
    while (body.remaining() > 0) {
      reasons.add(allowed.read(body));
    }
    return new Packet.SubAck(
        unsubscribe,
        packetId,
        List.copyOf(reasons),
        properties.text(Property.REASON_STRING),
        userProperties());
  }

  private Packet connAck() {
    int flags = body.readByte("Connect Acknowledge Flags");
    if (flags > 1) {
      throw body.malformed(
          String.format(
              Locale.ROOT,
              "Connect Acknowledge Flags are 0x%02X; bits 7 to 1 are reserved",
              flags));
    }
    if (body.remaining() == 1 && body.peekByte() == V3_UNACCEPTABLE_VERSION) {
      throw Violations.olderVersion();
    }
    ReasonCode reason = AllowedReasons.CONNACK.read(body);
    if (flags == 1 && reason.isError()) {
      throw body.protocolError("Session Present with Reason Code " + reason + " (3.2.2.1.1)");
    }
    properties.read(Property.IN_CONNACK);
    return new Packet.ConnAck(
        flags == 1,
        reason,
        properties.number(Property.SESSION_EXPIRY_INTERVAL, -1),
        (int) properties.number(Property.RECEIVE_MAXIMUM, 65_535),
        Qos.of((int) properties.number(Property.MAXIMUM_QOS, 2)),
        properties.flag(Property.RETAIN_AVAILABLE, true),
        properties.number(Property.MAXIMUM_PACKET_SIZE, -1),
        properties.text(Property.ASSIGNED_CLIENT_IDENTIFIER),
        (int) properties.number(Property.TOPIC_ALIAS_MAXIMUM, 0),
        properties.text(Property.REASON_STRING),
        userProperties(),
        properties.flag(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, true),
        properties.flag(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, true),
        properties.flag(Property.SHARED_SUBSCRIPTION_AVAILABLE, true),
        (int) properties.number(Property.SERVER_KEEP_ALIVE, -1),
        properties.text(Property.RESPONSE_INFORMATION),
        properties.text(Property.SERVER_REFERENCE),
        properties.text(Property.AUTHENTICATION_METHOD),
        properties.binary(Property.AUTHENTICATION_DATA));
  }

  /** Reason Code and Property Length may be left off (section 3.14.2.1). */
  private Packet disconnect() {
    ReasonCode reason =
        body.remaining() == 0 ? ReasonCode.SUCCESS : AllowedReasons.DISCONNECT.read(body);
    String reasonString = optionalProperties(Property.IN_DISCONNECT);
    return new Packet.Disconnect(
        reason, reasonString, properties.text(Property.SERVER_REFERENCE), userProperties());
  }

  /**
   * Both may be left off together for Success (section 3.15.2.1), but not Property Length alone.
   */
  private Packet auth() {
    if (body.remaining() == 0) {
      return new Packet.Auth(ReasonCode.SUCCESS, null, null, null, List.of());
    }
    ReasonCode reason = AllowedReasons.AUTH.read(body);
    properties.read(Property.IN_AUTH);
    String method = properties.text(Property.AUTHENTICATION_METHOD);
    if (method == null) {
      throw body.protocolError("no Authentication Method (section 3.15.2.2.2)");
    }
    return new Packet.Auth(
        reason,
        method,
        properties.binary(Property.AUTHENTICATION_DATA),
        properties.text(Property.REASON_STRING),
        userProperties());
  }

  /** Reads the properties if there are any bytes left; returns the Reason String. */
  private @Nullable String optionalProperties(long allowed) {
    if (body.remaining() > 0) {
      properties.read(allowed);
    }
    return properties.text(Property.REASON_STRING);
  }

  private List<UserProperty> userProperties() {
    return properties.userProperties();
  }
}
