package io.mooring.internal.session;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.Packet.AckType;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The broker's messages on one connection (MQTT 5, sections 4.3, 4.6 and 4.9).
 *
 * <p>PUBACKs leave in the order in which the PUBLISHes came, and so do PUBRECs (section 4.6), among
 * messages of the same order key; with {@link ConnectOptions#strictAcknowledgementOrder} among all
 * messages of the connection. The receiver gives messages for the same subscriptions the same key:
 * the order of one topic, which the standard is about, holds, and a handler that takes long holds
 * back no acknowledgement of another subscription.
 *
 * <p>A QoS 2 message is handed over once, however often the broker sends it: an acknowledgement
 * given after its connection was lost goes out when the broker sends the message again.
 */
final class InboundFlow {
  private final Link link;
  private final SessionState state;
  private final SessionListener listener;
  private final int receiveMaximum;
  private final boolean strict;
  private final int topicAliasMaximum;
  private final PacketTable<String> topics = new PacketTable<>();
  private final boolean oneOrder;
  private final Map<Object, ArrayDeque<InboundPublish>> pubAcks = new HashMap<>();
  private final Map<Object, ArrayDeque<InboundPublish>> pubRecs = new HashMap<>();
  private final BitSet heldReleases = new BitSet();
  private boolean waitsForDisk;
  private final BitSet open = new BitSet();
  private int openCount;

  InboundFlow(Link link, SessionState state, ConnectOptions options, SessionListener listener) {
    this.link = link;
    this.state = state;
    this.listener = listener;
    this.receiveMaximum = options.receiveMaximum();
    this.strict = options.strictReceiveMaximum();
    this.oneOrder = options.strictAcknowledgementOrder();
    this.topicAliasMaximum = options.topicAliasMaximum();
  }

  void onPublish(Packet.Publish packet) {
    String topic = resolve(packet);
    requireTopicName(topic, packet);
    InboundPublish message = new InboundPublish(packet, topic);
    if (packet.qos() == Qos.AT_MOST_ONCE) {
      listener.message(message);
      return;
    }
    countIn(packet.packetId());
    if (packet.qos() == Qos.AT_LEAST_ONCE) {
      // The broker has given up a QoS 2 exchange if it uses the identifier for something else.
      if (state.inbound().remove(packet.packetId()) != null) {
        state.journal().inboundReleased(packet.packetId());
      }
      message.owedOn = this;
      listener.message(message);
      owe(pubAcks, message);
    } else {
      onExactlyOnce(message);
    }
  }

  private void onExactlyOnce(InboundPublish message) {
    InboundPublish earlier = state.inbound().get(message.packetId());
    if (earlier == null) {
      state.inbound().put(message.packetId(), message);
      message.owedOn = this;
      listener.message(message);
      owe(pubRecs, message);
    } else if (earlier == InboundPublish.RECEIVED) {
      message.owedOn = this;
      message.acknowledgement = ReasonCode.SUCCESS;
      owe(pubRecs, message);
    } else if (earlier.owedOn != this) {
      earlier.owedOn = this;
      owe(pubRecs, earlier);
    }
  }

  private String resolve(Packet.Publish packet) {
    int alias = packet.properties().topicAlias();
    String topic = packet.topic();
    if (alias == 0) {
      if (topic.isEmpty()) {
        throw link.protocolError(
            "PUBLISH with neither Topic Name nor Topic Alias (MQTT 5, 3.3.2.1).");
      }
      return topic;
    }
    if (alias > topicAliasMaximum) {
      throw link.violation(
          ReasonCode.TOPIC_ALIAS_INVALID,
          "PUBLISH with Topic Alias "
              + alias
              + "; our Topic Alias Maximum is "
              + topicAliasMaximum
              + " (MQTT 5, 3.3.2.3.4).");
    }
    if (!topic.isEmpty()) {
      topics.put(alias, topic);
      return topic;
    }
    String known = topics.get(alias);
    if (known == null) {
      throw link.protocolError(
          "PUBLISH with Topic Alias "
              + alias
              + ", which stands for no topic on this connection (MQTT 5, 3.3.2.3.4).");
    }
    return known;
  }

  private void requireTopicName(String topic, Packet.Publish packet) {
    if (hasWildcard(topic)) {
      throw link.violation(
          ReasonCode.TOPIC_NAME_INVALID,
          "PUBLISH to '" + Texts.printable(topic) + "', which holds a wildcard (MQTT 5, 3.3.2.1).");
    }
    String responseTopic = packet.properties().responseTopic();
    if (responseTopic != null && (responseTopic.isEmpty() || hasWildcard(responseTopic))) {
      throw link.protocolError(
          "PUBLISH with Response Topic '"
              + Texts.printable(responseTopic)
              + "', which is not a Topic Name (MQTT 5, 3.3.2.3.5).");
    }
  }

  private static boolean hasWildcard(String topic) {
    return topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0;
  }

  private void countIn(int packetId) {
    if (open.get(packetId)) {
      return;
    }
    if (strict && openCount >= receiveMaximum) {
      throw link.violation(
          ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
          "PUBLISH with Packet Identifier "
              + packetId
              + " while "
              + openCount
              + " were not yet acknowledged; our Receive Maximum is "
              + receiveMaximum
              + " (MQTT 5, 3.3.4).");
    }
    open.set(packetId);
    openCount++;
  }

  private void countOut(int packetId) {
    if (open.get(packetId)) {
      open.clear(packetId);
      openCount--;
    }
  }

  /**
   * A PUBCOMP opens the broker's window by one even if its PUBLISH came on an earlier connection
   * and took no place in the window of this one (section 4.9). So the count may fall below zero: a
   * broker that may send more by the letter is not accused.
   */
  private void countOutByPubComp(int packetId) {
    open.clear(packetId);
    openCount--;
  }

  /**
   * The receiver is done with {@code message}; without effect if it was said before. The journal
   * hears it now and not with PUBREC, which may have to wait for an earlier one or for the next
   * connection: a restart in between must not hand the message over again.
   */
  void acknowledge(InboundPublish message, ReasonCode reason) {
    if (message.qos() == Qos.AT_MOST_ONCE || message.acknowledgement != null) {
      return;
    }
    message.acknowledgement = reason;
    if (!reason.isError() && state.inbound().get(message.packetId()) == message) { // at QoS 2
      state.journal().inboundReceived(message.packetId());
    }
    if (message.owedOn == this && !link.isClosed()) {
      flush(message.qos() == Qos.AT_LEAST_ONCE ? pubAcks : pubRecs, orderOf(message));
    }
  }

  private Object orderOf(InboundPublish message) {
    return oneOrder ? this : message.order();
  }

  /** The receiver may have acknowledged it already. */
  private void owe(Map<Object, ArrayDeque<InboundPublish>> owed, InboundPublish message) {
    Object order = orderOf(message);
    owed.computeIfAbsent(order, key -> new ArrayDeque<>(2)).addLast(message);
    flush(owed, order);
  }

  /** Goes on with what waited for the disk. */
  void pump() {
    if (!waitsForDisk || !state.journal().isWritable()) {
      return;
    }
    waitsForDisk = false;
    for (int held = heldReleases.nextSetBit(0); held >= 0; held = heldReleases.nextSetBit(held)) {
      heldReleases.clear(held);
      release(held);
    }
    List.copyOf(pubRecs.keySet()).forEach(order -> flush(pubRecs, order));
  }

  private void flush(Map<Object, ArrayDeque<InboundPublish>> owed, Object order) {
    if (owed == pubRecs && !state.journal().isWritable()) {
      waitsForDisk = true;
      return;
    }
    ArrayDeque<InboundPublish> line = owed.get(order);
    if (line == null) {
      return;
    }
    InboundPublish head = line.peekFirst();
    while (head != null && head.acknowledgement != null) {
      line.removeFirst();
      write(head, Objects.requireNonNull(head.acknowledgement));
      head = line.peekFirst();
    }
    if (line.isEmpty()) {
      owed.remove(order);
    }
  }

  private void write(InboundPublish message, ReasonCode reason) {
    int packetId = message.packetId();
    if (message.qos() == Qos.AT_LEAST_ONCE) {
      link.writer().ack(AckType.PUBACK, packetId, reason);
      countOut(packetId);
      return;
    }
    @Nullable InboundPublish current = state.inbound().get(packetId);
    if (current != message && current != InboundPublish.RECEIVED) {
      return;
    }
    link.writer().ack(AckType.PUBREC, packetId, reason);
    if (reason.isError()) {
      state.inbound().remove(packetId);
      countOut(packetId);
    } else if (current == message) {
      state.inbound().put(packetId, InboundPublish.RECEIVED);
    }
  }

  /**
   * PUBREL: a QoS 2 exchange ends; an identifier we do not know is answered 0x92 (section 3.7.2.1).
   */
  void onPubRel(Packet.Ack ack) {
    if (state.journal().isWritable()) {
      release(ack.packetId());
    } else {
      heldReleases.set(ack.packetId());
      waitsForDisk = true;
    }
  }

  private void release(int packetId) {
    InboundPublish known = state.inbound().get(packetId);
    if (known != null && known != InboundPublish.RECEIVED) {
      throw link.protocolError(
          "PUBREL for Packet Identifier " + packetId + " before our PUBREC (MQTT 5, 4.3.3).");
    }
    if (known != null) {
      state.inbound().remove(packetId);
      state.journal().inboundReleased(packetId);
    }
    link.writer()
        .ack(
            AckType.PUBCOMP,
            packetId,
            known != null ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    countOutByPubComp(packetId);
  }
}
