package io.mooring.internal.session;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.internal.wire.Packet;
import java.util.List;

/**
 * One message from the broker, and the token for {@link Session#acknowledge}. At QoS 1 and 2 the
 * receiver acknowledges each one, once its handler has returned or called for it.
 */
public final class InboundPublish {
  private final Packet.Publish packet;
  private final String topic;

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

  /** Makes the message; copies the payload, so it is not for the event loop. */
  public Message toMessage() {
    throw new IllegalStateException("being written");
  }
}
