package io.mooring.internal.session;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.UserProperty;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.PublishProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message from the broker, and the token for {@link Session#acknowledge}. At QoS 1 and 2 the
 * receiver acknowledges each one, once its handler has returned or called for it.
 */
public final class InboundPublish {
  /** Stands for a QoS 2 message that is done with but for PUBREL; its payload is not kept. */
  static final InboundPublish RECEIVED =
      new InboundPublish(
          new Packet.Publish(
              false, Qos.EXACTLY_ONCE, false, "", 0, PublishProperties.NONE, new byte[0]),
          "");

  /** Two strings with their arrays, and the record: 7 bytes on the wire become this and more. */
  private static final long USER_PROPERTY_BYTES = 120;

  private static final long INTEGER_BYTES = 16;

  private final Packet.Publish packet;
  private final String topic;

  /** Acknowledged in order among those with an equal key. */
  private Object order = InboundPublish.class;

  /** The connection that owes the acknowledgement; null if none does. */
  @Nullable InboundFlow owedOn;

  /** What to acknowledge with; null until the receiver has said so. */
  @Nullable ReasonCode acknowledgement;

  InboundPublish(Packet.Publish packet, String topic) {
    this.packet = packet;
    this.topic = topic;
  }

  /** The Topic Name, a Topic Alias resolved. */
  public String topic() {
    return topic;
  }

  /** The Quality of Service it came with. */
  public Qos qos() {
    return packet.qos();
  }

  /** The RETAIN flag. */
  public boolean retain() {
    return packet.retain();
  }

  /** The DUP flag. */
  public boolean duplicate() {
    return packet.dup();
  }

  /** The length of the payload in bytes, for bounds. */
  public int payloadLength() {
    return packet.payload().length;
  }

  /** Subscription Identifiers that matched; empty if none were sent. */
  public List<Integer> subscriptionIdentifiers() {
    return packet.properties().subscriptionIdentifiers();
  }

  /** An estimate of what it takes up in the heap, in bytes, for bounds. */
  public long weight() {
    PublishProperties properties = packet.properties();
    byte[] correlationData = properties.correlationData();
    long bytes = packet.payload().length;
    bytes += topic.length();
    bytes += correlationData == null ? 0 : correlationData.length;
    bytes += length(properties.responseTopic()) + length(properties.contentType());
    bytes += INTEGER_BYTES * properties.subscriptionIdentifiers().size();
    for (UserProperty property : properties.userProperties()) {
      bytes += USER_PROPERTY_BYTES + property.name().length() + property.value().length();
    }
    return bytes;
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** True if the broker counts on an answer after a reconnect with Session Present: QoS 2. */
  public boolean outlivesConnection() {
    return packet.qos() == Qos.EXACTLY_ONCE;
  }

  /**
   * Says with which messages this one shares an order of acknowledgement: those with an equal key.
   * To be said before {@link SessionListener#message} returns. Without effect if the
   * acknowledgements of the connection keep one order (see {@link
   * ConnectOptions#strictAcknowledgementOrder}).
   */
  public void orderWith(Object key) {
    order = key;
  }

  Object order() {
    return order;
  }

  int packetId() {
    return packet.packetId();
  }

  /** The payload itself; nobody writes to it. */
  public byte[] payload() {
    return packet.payload();
  }

  /** Properties, checked by the parser. */
  public PublishProperties properties() {
    return packet.properties();
  }

  /** Topic, QoS and size; never the payload. */
  @Override
  public String toString() {
    return "InboundPublish[" + topic + ", " + qos() + ", " + payloadLength() + " bytes]";
  }
}
