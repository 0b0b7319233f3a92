package io.mooring.internal.session;

import io.mooring.ReasonCode;
import io.mooring.UserProperty;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.ServerProofException;
import io.mooring.internal.tls.VerifiedServer;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.PacketWriter;
import io.mooring.internal.wire.WireBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A live MQTT 5 session on one connection. It cannot be built without the proof of the server's TLS
 * identity and, where the method is mutual, of its knowledge of the credential.
 *
 * <p>A pure state machine, confined to the event loop: time comes in as {@code nowNanos}, bytes go
 * to the WireBuffer, events to the listeners. Any input may throw a {@link MooringException}: the
 * connection is over; the driver sends what is in the WireBuffer, closes, and calls {@link #ended}
 * with it. After that every input is without effect, except that {@link #acknowledge} still counts
 * for QoS 2.
 */
public final class Session implements AuthDialogue {
  private final Link link;
  private final ConnectOptions options;
  private final SessionState state;
  private final Negotiated negotiated;
  private final OutboundFlow outbound;
  private final InboundFlow inbound;
  private final SubscriptionFlow subscriptions;
  private final Reauthentication reauthentication;
  private final KeepAlive keepAlive;
  private long sessionExpirySeconds;
  private @Nullable MooringException endedBy;

  Session(
      VerifiedServer server,
      @Nullable ServerProof proof,
      ConnectOptions options,
      Negotiated negotiated,
      SessionState state,
      Link link,
      SessionListener listener,
      long nowNanos) {
    Objects.requireNonNull(server, "server");
    requireProof(server, options.authentication(), proof);
    this.link = link;
    this.options = options;
    this.state = state;
    this.negotiated = negotiated;
    this.sessionExpirySeconds = negotiated.sessionExpirySeconds();
    if (!negotiated.sessionPresent()) {
      state.forgetSession();
    }
    this.outbound = new OutboundFlow(link, state, negotiated);
    this.inbound = new InboundFlow(link, state, options, listener);
    this.subscriptions = new SubscriptionFlow(link, state, negotiated);
    this.reauthentication = new Reauthentication(link, server, options.authentication(), listener);
    this.keepAlive = new KeepAlive(link, negotiated.keepAliveSeconds(), nowNanos);
  }

  /** Refuses a session or a re-authentication without the proof that {@code method} owes. */
  static void requireProof(
      VerifiedServer server, ConnectOptions.@Nullable Method method, @Nullable ServerProof proof) {
    if (method == null || !method.mutual()) {
      return;
    }
    if (proof == null || !proof.holdsFor(server, method.name())) {
      throw new ServerProofException(
          ErrorCode.SERVER_SKIPPED_PROOF,
          "No proof from the broker for "
              + method.name()
              + " on this connection, so it ends. Check the endpoint; this is not retried.",
          null);
    }
  }

  /** What holds on this connection. */
  public Negotiated negotiated() {
    return negotiated;
  }

  /** QoS 1 and 2 messages sent and not yet acknowledged in full. */
  public int inFlight() {
    return state.inFlight();
  }

  /** How many PUBACK, PUBREC and PUBCOMP have come for them on this connection. */
  public long answers() {
    return outbound.answers();
  }

  /** A packet from the broker. Events run inside; {@link #pump} is due afterwards. */
  public void onPacket(Packet packet, long nowNanos) {
    if (link.isClosed()) {
      return;
    }
    keepAlive.received(nowNanos);
    int before = link.length();
    dispatch(packet);
    noteWrites(before, nowNanos);
  }

  private void dispatch(Packet packet) {
    if (packet instanceof Packet.Publish publish) {
      inbound.onPublish(publish);
    } else if (packet instanceof Packet.Ack ack) {
      if (ack.type() == Packet.AckType.PUBREL) {
        inbound.onPubRel(ack);
      } else {
        outbound.onAck(ack);
      }
    } else if (packet instanceof Packet.SubAck ack) {
      subscriptions.onSubAck(ack);
    } else if (packet instanceof Packet.Disconnect disconnect) {
      throw onDisconnect(disconnect);
    } else if (packet instanceof Packet.Auth auth) {
      reauthentication.onAuth(auth);
    } else if (packet instanceof Packet.ConnAck ack) {
      throw reauthentication.onConnAck(ack);
    }
    // PINGRESP needs nothing more: any packet answers PINGREQ.
  }

  private MooringException onDisconnect(Packet.Disconnect disconnect) {
    link.close();
    ReasonCode reason = disconnect.reason();
    if (reauthentication.isRunning() && isAboutCredentials(reason)) {
      return reauthentication.refusal(
          reason, disconnect.reasonString(), disconnect.serverReference());
    }
    String reference = disconnect.serverReference();
    return new ConnectionLostException(
        "Broker ended the connection: "
            + reason
            + Texts.quoted(disconnect.reasonString())
            + (reference == null ? "" : "; Server Reference " + Texts.printable(reference))
            + ". "
            + adviceOnDisconnect(reason),
        reason,
        reference);
  }

  private static boolean isAboutCredentials(ReasonCode reason) {
    return switch (reason) {
      case NOT_AUTHORIZED, BAD_USER_NAME_OR_PASSWORD, BAD_AUTHENTICATION_METHOD, PROTOCOL_ERROR ->
          true;
      default -> false;
    };
  }

  private static String adviceOnDisconnect(ReasonCode reason) {
    return switch (reason) {
      case SESSION_TAKEN_OVER ->
          "Another connection uses this Client Identifier; give each device its own.";
      case KEEP_ALIVE_TIMEOUT -> "It did not hear from this device in time; the link may be slow.";
      case PACKET_TOO_LARGE, QUOTA_EXCEEDED, MESSAGE_RATE_TOO_HIGH, RECEIVE_MAXIMUM_EXCEEDED ->
          "Send less at a time, or raise the broker's limit.";
      case NOT_AUTHORIZED, BANNED, ADMINISTRATIVE_ACTION -> "Ask the broker's operator.";
      default -> "Queued messages are kept for the next connection.";
    };
  }

  /**
   * Encodes what is queued while the WireBuffer is under 64 KiB and the windows are open. Due after
   * each input, each message queued, and each time the WireBuffer was drained.
   */
  public void pump(long nowNanos) {
    if (link.isClosed()) {
      return;
    }
    int before = link.length();
    inbound.pump();
    outbound.pump(nowNanos);
    noteWrites(before, nowNanos);
  }

  /** SUBSCRIBE or UNSUBSCRIBE; fails alone what the broker said that it does not offer. */
  public void request(SubscriptionRequest request, long nowNanos) {
    if (link.isClosed()) {
      request.completion().failed(whyEnded());
      return;
    }
    int before = link.length();
    subscriptions.request(request);
    noteWrites(before, nowNanos);
  }

  /**
   * PUBACK or PUBREC with Success, in the order of the messages that share one (section 4.6; see
   * {@link InboundPublish#orderWith}). Without effect at QoS 0, if said before, and at QoS 1 after
   * the connection that brought the message has ended.
   */
  public void acknowledge(InboundPublish message, long nowNanos) {
    acknowledge(message, ReasonCode.SUCCESS, nowNanos);
  }

  /** The same with another Reason Code, such as 0x83 or 0x99: 0x80 or more refuses the message. */
  public void acknowledge(InboundPublish message, ReasonCode reason, long nowNanos) {
    int before = link.length();
    inbound.acknowledge(message, reason);
    noteWrites(before, nowNanos);
  }

  /**
   * AUTH 0x19 (section 4.12.1). The driver sets the deadline.
   *
   * @throws IllegalStateException if one is running, or no enhanced method is configured
   */
  public void reauthenticate(byte @Nullable [] initialData, long nowNanos) {
    if (!link.isClosed()) {
      reauthentication.start(initialData);
      keepAlive.sent(nowNanos);
    }
  }

  /** What {@code respond} returned. */
  @Override
  public void authResponse(byte @Nullable [] data, long nowNanos) {
    if (!link.isClosed()) {
      reauthentication.response(data);
      keepAlive.sent(nowNanos);
    }
  }

  /** What {@code finish} returned; null only if the method is not mutual. */
  @Override
  public void proven(@Nullable ServerProof proof, long nowNanos) {
    if (!link.isClosed()) {
      reauthentication.proven(proof);
    }
  }

  /** The worker threw: writes DISCONNECT; the driver ends the connection with what was thrown. */
  @Override
  public void authenticationFailed() {
    reauthentication.failed();
  }

  /**
   * DISCONNECT (section 3.14). Nothing is sent after it.
   *
   * @param expirySeconds a new Session Expiry Interval, or -1 to leave it
   * @param reasonString for the broker's log; left out, with the properties, if the packet would be
   *     over the broker's Maximum Packet Size
   * @throws IllegalArgumentException if CONNECT asked for no session and this asks for one (section
   *     3.14.2.2.2)
   */
  public void disconnect(
      ReasonCode reason,
      long expirySeconds,
      @Nullable String reasonString,
      List<UserProperty> userProperties,
      long nowNanos) {
    if (options.sessionExpirySeconds() == 0 && expirySeconds > 0) {
      throw new IllegalArgumentException(
          "sessionExpiry of DISCONNECT is "
              + expirySeconds
              + " s, but CONNECT asked for 0; the standard forbids it (MQTT 5, 3.14.2.2.2)");
    }
    if (link.isClosed()) {
      return;
    }
    if (expirySeconds >= 0) {
      sessionExpirySeconds = expirySeconds;
    }
    WireBuffer encoded = new WireBuffer();
    PacketWriter writer = new PacketWriter(encoded);
    writer.disconnect(reason, expirySeconds, reasonString, userProperties);
    if (encoded.length() > negotiated.maximumPacketSize()) {
      encoded.clear(0);
      writer.disconnect(reason, expirySeconds, null, List.of());
    }
    link.appendFarewell(encoded);
    link.close();
  }

  /**
   * Acts on the clock: PINGREQ, keep alive.
   *
   * @throws ConnectionLostException if the broker is silent
   */
  public void tick(long nowNanos) {
    if (!link.isClosed()) {
      keepAlive.tick(nowNanos);
    }
  }

  /**
   * Sends PINGREQ now; {@link #tick} throws if {@code patienceNanos} later nothing has come from
   * the broker. Without effect on a probe or ping that is due sooner.
   */
  public void probe(long patienceNanos, long nowNanos) {
    if (!link.isClosed()) {
      keepAlive.probe(patienceNanos, nowNanos);
    }
  }

  /** When {@link #tick} is due, or {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    return link.isClosed() ? Long.MAX_VALUE : keepAlive.deadline();
  }

  /** Bytes came in, be they a whole packet or not: the broker is alive. */
  public void bytesReceived(int count, long nowNanos) {
    keepAlive.received(count, nowNanos);
  }

  /** True while a driver that paused reading has to read, since nothing else shows life. */
  public boolean mustRead() {
    return !link.isClosed() && keepAlive.looking();
  }

  /**
   * The driver stopped or resumed reading: silence may then be ours, not the broker's. It still
   * reads when {@link #mustRead} says so.
   */
  public void readingPaused(boolean paused, long nowNanos) {
    keepAlive.paused(paused, nowNanos);
  }

  /** The connection is over: fails requests without an answer, keeps the publishes. Once. */
  public void ended(MooringException cause, long nowNanos) {
    if (endedBy != null) {
      return;
    }
    endedBy = cause;
    link.close();
    subscriptions.ended(cause);
    state.connectionEnded(sessionExpirySeconds, nowNanos);
  }

  private MooringException whyEnded() {
    MooringException cause = endedBy;
    return cause != null
        ? cause
        : new ConnectionLostException(
            ErrorCode.ENDED_BY_CLIENT, "The connection is being closed. Nothing was sent.", null);
  }

  private void noteWrites(int before, long nowNanos) {
    if (link.length() > before) {
      keepAlive.sent(nowNanos);
    }
  }
}
