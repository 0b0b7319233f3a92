package io.mooring.internal.session;

import io.mooring.Qos;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.PublishProperties;

/** Messages from no broker, for the tests of what comes behind the session. */
public final class InboundPublishes {
  private InboundPublishes() {}

  /** A message with a payload of so many bytes. */
  public static InboundPublish of(String topic, Qos qos, int payloadLength) {
    int packetId = qos == Qos.AT_MOST_ONCE ? 0 : 1;
    byte[] payload = new byte[payloadLength];
    return new InboundPublish(
        new Packet.Publish(false, qos, false, topic, packetId, PublishProperties.NONE, payload),
        topic);
  }
}
