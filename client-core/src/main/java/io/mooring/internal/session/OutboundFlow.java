package io.mooring.internal.session;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.error.ErrorCode;
import io.mooring.error.MessageExpiredException;
import io.mooring.error.PublishException;
import io.mooring.error.PublishRefusedException;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.Packet.AckType;
import io.mooring.internal.wire.PacketWriter;
import org.jspecify.annotations.Nullable;

/**
 * Our messages on one connection (MQTT 5, sections 4.3, 4.4, 4.6 and 4.9). First what an earlier
 * connection left: each PUBREL in the order of the PUBRECs, then each PUBLISH with DUP in its
 * order; then the queue, first in first out over all QoS, while the broker's Receive Maximum leaves
 * room.
 *
 * <p>A PUBLISH that waits for its PUBREL exchange to end keeps its place in the window, so that the
 * broker's Receive Maximum holds however it counts after a reconnect.
 */
final class OutboundFlow {
  private final Link link;
  private final SessionState state;
  private final Negotiated limits;
  private final OutboundAliases aliases;
  private @Nullable OutboundPublish nextRelease;
  private @Nullable OutboundPublish nextResend;
  private int notYetResent;
  private long answers;

  OutboundFlow(Link link, SessionState state, Negotiated limits) {
    this.link = link;
    this.state = state;
    this.limits = limits;
    this.aliases = new OutboundAliases(limits.topicAliases());
    nextRelease = markForResend(state.releasing());
    nextResend = markForResend(state.publishing());
    notYetResent = state.publishing().size();
  }

  private static @Nullable OutboundPublish markForResend(InFlightList list) {
    for (OutboundPublish each = list.first(); each != null; each = each.next) {
      each.resend = true;
    }
    return list.first();
  }

  /** Encodes what may go now. */
  void pump(long nowNanos) {
    boolean mayRemember = state.journal().isWritable();
    if (mayRemember) {
      pumpAgain(nowNanos);
    }
    while ((!mayRemember || (nextRelease == null && nextResend == null)) && !link.isFull()) {
      OutboundPublish publish = state.peekWaiting();
      if (publish == null || !send(publish, nowNanos)) {
        return;
      }
    }
  }

  private void pumpAgain(long nowNanos) {
    while (nextRelease != null && !link.isFull()) {
      OutboundPublish publish = nextRelease;
      nextRelease = releaseAfter(publish);
      publish.resend = false;
      link.writer().ack(AckType.PUBREL, publish.packetId, ReasonCode.SUCCESS);
    }
    while (nextResend != null && windowOpen() && !link.isFull()) {
      resend(nextResend, nowNanos);
    }
  }

  private static @Nullable OutboundPublish releaseAfter(OutboundPublish publish) {
    OutboundPublish each = publish.next;
    while (each != null && !each.resend) {
      each = each.next;
    }
    return each;
  }

  private boolean windowOpen() {
    return state.inFlight() - notYetResent < limits.receiveMaximum();
  }

  private void resend(OutboundPublish publish, long nowNanos) {
    passResend(publish);
    Message message = publish.message();
    long expiry = publish.remainingExpirySeconds(nowNanos);
    if (expiry == 0) {
      // It has to be sent again (section 4.4); 1 s is the shortest that no broker takes for
      // "never".
      expiry = 1;
    }
    PublishException refusal = notOffered(message);
    long size = PacketWriter.publishSize(message, 0, true, expiry);
    if (refusal == null && size > limits.maximumPacketSize()) {
      refusal = tooLarge(message, size);
    }
    if (refusal != null) {
      state.finish(publish);
      publish.failed(refusal);
      return;
    }
    link.writer().publish(message, publish.packetId, true, 0, true, expiry);
  }

  /** Moves the cursor past {@code publish} if it still waits to be sent again. */
  private void passResend(OutboundPublish publish) {
    if (!publish.resend) {
      return;
    }
    publish.resend = false;
    if (publish.received) {
      if (nextRelease == publish) {
        nextRelease = releaseAfter(publish);
      }
      return;
    }
    notYetResent--;
    if (nextResend == publish) {
      nextResend = publish.next != null && publish.next.resend ? publish.next : null;
    }
  }

  /** Sends or fails the message at the head of the queue; false if it has to wait. */
  private boolean send(OutboundPublish publish, long nowNanos) {
    Message message = publish.message();
    long expiry = publish.remainingExpirySeconds(nowNanos);
    if (expiry == 0) {
      failWaiting(publish, new MessageExpiredException(expired(publish, nowNanos)));
      return true;
    }
    PublishException refusal = notOffered(message);
    if (refusal != null) {
      failWaiting(publish, refusal);
      return true;
    }
    boolean acknowledged = message.qos() != Qos.AT_MOST_ONCE;
    if (acknowledged && !windowOpen()) {
      return false;
    }
    int alias = aliases.known(message.topic());
    boolean sendTopic = alias == 0;
    if (sendTopic) {
      alias = aliases.free();
    }
    long size = PacketWriter.publishSize(message, alias, sendTopic, expiry);
    if (size > limits.maximumPacketSize() && sendTopic && alias != 0) {
      alias = 0;
      size = PacketWriter.publishSize(message, 0, true, expiry);
    }
    if (size > limits.maximumPacketSize()) {
      failWaiting(publish, tooLarge(message, size));
      return true;
    }
    if (acknowledged) {
      if (!state.assign(publish)) {
        return false;
      }
      state.removeWaiting();
    }
    link.writer().publish(message, publish.packetId, false, alias, sendTopic, expiry);
    if (sendTopic && alias != 0) {
      aliases.assign(message.topic(), alias);
    }
    if (!acknowledged) {
      state.removeWaiting(); // not before: if there is no memory to write it, it still waits
      publish.delivered();
    }
    return true;
  }

  private void failWaiting(OutboundPublish publish, PublishException cause) {
    state.removeWaiting();
    state.journal().completed(publish);
    publish.failed(cause);
  }

  private static String expired(OutboundPublish publish, long nowNanos) {
    long waited = (nowNanos - publish.acceptedAtNanos()) / 1_000_000_000L;
    return "Message to '"
        + publish.message().topic()
        + "' expired before it could be sent: it waited "
        + waited
        + " s, its Message Expiry Interval is "
        + publish.message().expiry()
        + ". Raise the interval if late data is still worth sending.";
  }

  private @Nullable PublishException notOffered(Message message) {
    if (message.qos().compareTo(limits.maximumQos()) > 0) {
      return notOffered(
          "Message to '"
              + message.topic()
              + "' has QoS "
              + message.qos().code()
              + "; this broker's Maximum QoS is "
              + limits.maximumQos().code()
              + " (CONNACK). It was not sent at a lower one. Publish at a QoS that the broker offers.");
    }
    if (message.retain() && !limits.retainAvailable()) {
      return notOffered(
          "Message to '"
              + message.topic()
              + "' is to be retained; this broker has Retain Available 0 (CONNACK). It was not sent."
              + " Publish without retain.");
    }
    return null;
  }

  private static PublishException notOffered(String what) {
    return new PublishException(ErrorCode.NOT_OFFERED_BY_BROKER, what, null);
  }

  private PublishException tooLarge(Message message, long size) {
    return new PublishException(
        ErrorCode.MESSAGE_TOO_LARGE,
        "Message to '"
            + message.topic()
            + "' makes a PUBLISH of "
            + size
            + " bytes; this broker's Maximum Packet Size is "
            + limits.maximumPacketSize()
            + " bytes (CONNACK). It was not sent. Send less at a time, or raise the broker's limit.",
        null);
  }

  /** How many have come for what is in flight. */
  long answers() {
    return answers;
  }

  /** PUBACK, PUBREC or PUBCOMP. */
  void onAck(Packet.Ack ack) {
    Awaited awaited = state.awaited(ack.packetId());
    if (awaited == null) {
      onUnknown(ack);
      return;
    }
    if (!(awaited instanceof OutboundPublish publish) || !fits(ack.type(), publish)) {
      throw link.protocolError(
          ack.type()
              + " for Packet Identifier "
              + ack.packetId()
              + ", which waits for "
              + expected(awaited)
              + " (MQTT 5, 4.3).");
    }
    answers++;
    passResend(publish);
    switch (ack.type()) {
      case PUBACK -> settle(publish, ack);
      case PUBREC -> onPubRec(publish, ack);
      default -> {
        state.finish(publish);
        publish.delivered();
      }
    }
  }

  /**
   * A late answer to what is over: PUBREC is answered 0x92 (section 3.6.2.1); PUBACK and PUBCOMP
   * have no answer, and mean nothing any more.
   */
  private void onUnknown(Packet.Ack ack) {
    if (ack.type() == AckType.PUBREC && !ack.reason().isError()) {
      link.writer().ack(AckType.PUBREL, ack.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    }
  }

  private static boolean fits(AckType type, OutboundPublish publish) {
    boolean exactlyOnce = publish.message().qos() == Qos.EXACTLY_ONCE;
    return switch (type) {
      case PUBACK -> !exactlyOnce;
      case PUBREC -> exactlyOnce;
      case PUBCOMP -> exactlyOnce && publish.received;
      case PUBREL -> false;
    };
  }

  private static String expected(Awaited awaited) {
    if (awaited instanceof OutboundPublish publish) {
      if (publish.message().qos() == Qos.AT_LEAST_ONCE) {
        return "PUBACK";
      }
      return publish.received ? "PUBCOMP" : "PUBREC";
    }
    return ((SubscriptionRequest) awaited).isUnsubscribe() ? "UNSUBACK" : "SUBACK";
  }

  private void onPubRec(OutboundPublish publish, Packet.Ack ack) {
    if (!publish.received) {
      if (ack.reason().isError()) {
        settle(publish, ack);
        return;
      }
      publish.verdict = ack;
      state.received(publish);
    }
    if (!state.journal().isWritable()) {
      publish.resend = true; // PUBREL leaves once the disk takes what it is told
      if (nextRelease == null) {
        nextRelease = publish;
      }
      return;
    }
    link.writer().ack(AckType.PUBREL, publish.packetId, ReasonCode.SUCCESS);
  }

  private void settle(OutboundPublish publish, Packet.Ack ack) {
    publish.verdict = ack;
    state.finish(publish);
    if (ack.reason().isError()) {
      publish.failed(
          new PublishRefusedException(
              "Broker refused the message to '"
                  + publish.message().topic()
                  + "': "
                  + ack.reason()
                  + Texts.quoted(ack.reasonString())
                  + ". It is not sent again. Check this device's permissions and the broker's limits.",
              ack.reason(),
              ack.reasonString()));
    } else {
      publish.delivered();
    }
  }
}
