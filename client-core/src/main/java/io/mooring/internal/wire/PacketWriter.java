package io.mooring.internal.wire;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.UserProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes what a client sends, each packet whole, onto the end of a {@link WireBuffer}. */
public final class PacketWriter {
  private final WireBuffer out;

  /** A writer onto {@code out}. */
  public PacketWriter(WireBuffer out) {
    this.out = out;
  }

  /** CONNECT (section 3.1). */
  public void connect(ConnectPacket packet) {
    throw new IllegalStateException("being written" + packet + out.length());
  }

  /**
   * The size of a PUBLISH in bytes, fixed header included, to check against Maximum Packet Size.
   *
   * @param topicAlias 0 for none
   * @param sendTopic false if the alias stands for the topic
   * @param expirySeconds what is left of Message Expiry Interval, or -1
   */
  public static long publishSize(
      Message message, int topicAlias, boolean sendTopic, long expirySeconds) {
    throw new IllegalStateException("being written");
  }

  /** PUBLISH (section 3.3); {@code packetId} 0 at QoS 0. */
  public void publish(
      Message message,
      int packetId,
      boolean dup,
      int topicAlias,
      boolean sendTopic,
      long expirySeconds) {
    throw new IllegalStateException("being written");
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP: two bytes of body when the reason is Success. */
  public void ack(Packet.AckType type, int packetId, ReasonCode reason) {
    throw new IllegalStateException("being written");
  }

  /** SUBSCRIBE (section 3.8); {@code subscriptionIdentifier} 0 for none. */
  public void subscribe(
      int packetId,
      Map<String, SubscribeOptions> filters,
      int subscriptionIdentifier,
      List<UserProperty> userProperties) {
    throw new IllegalStateException("being written");
  }

  /** UNSUBSCRIBE (section 3.10). */
  public void unsubscribe(int packetId, List<String> filters, List<UserProperty> userProperties) {
    throw new IllegalStateException("being written");
  }

  /** PINGREQ (section 3.12). */
  public void pingReq() {
    throw new IllegalStateException("being written");
  }

  /** DISCONNECT (section 3.14); {@code sessionExpirySeconds} -1 to leave it as it was. */
  public void disconnect(
      ReasonCode reason,
      long sessionExpirySeconds,
      @Nullable String reasonString,
      List<UserProperty> userProperties) {
    throw new IllegalStateException("being written");
  }

  /** AUTH (section 3.15): 0x18 Continue authentication or 0x19 Re-authenticate. */
  public void auth(ReasonCode reason, String method, byte @Nullable [] data) {
    throw new IllegalStateException("being written" + Qos.AT_MOST_ONCE);
  }
}
