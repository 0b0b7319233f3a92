package io.mooring.internal.session;

import io.mooring.ReasonCode;
import io.mooring.error.ErrorCode;
import io.mooring.error.ServerProofException;
import io.mooring.internal.tls.VerifiedServer;
import io.mooring.internal.wire.ConnectPacket;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.WireBuffer;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From a verified TLS connection to a live {@link Session}: CONNECT, AUTH 0x18 back and forth,
 * CONNACK, proof (MQTT 5, sections 3.1, 3.2 and 4.12). Until the proof is in hand it writes
 * CONNECT, AUTH and DISCONNECT only, runs no callback of the application, and leaves the {@link
 * SessionState} as it was.
 *
 * <p>Every refusal is thrown out of an input; the driver then sends what is in the WireBuffer (a
 * DISCONNECT at most) and closes. The driver sets the deadline.
 */
public final class ConnectExchange implements AuthDialogue {
  /**
   * Bounds of what is held while the worker verifies. One TLS record (16 KiB) holds fewer packets;
   * the driver stops reading after it.
   */
  private static final int HELD_PACKETS = 8_192;

  private static final long HELD_BYTES = 1 << 20;

  private enum Phase {
    NEW("not started"),
    AWAITING_BROKER("waiting for CONNACK"),
    RESPONDING("computing the answer to the broker's challenge"),
    VERIFYING("verifying the broker's proof"),
    CONNECTED("connected"),
    REFUSED("refused");

    private final String text;

    Phase(String text) {
      this.text = text;
    }
  }

  private final VerifiedServer server;
  private final ConnectOptions options;
  private final ConnectOptions.@Nullable Method method;
  private final SessionState state;
  private final Link link;
  private final Listener listener;
  private final SessionListener sessionListener;
  private final ArrayDeque<Packet> held = new ArrayDeque<>();
  private long heldBytes;
  private Phase phase = Phase.NEW;
  private boolean cleanStart;
  private boolean discarding;
  private String clientId;
  private @Nullable Negotiated negotiated;
  private @Nullable Session session;

  /** An exchange over one connection. */
  public ConnectExchange(
      VerifiedServer server,
      ConnectOptions options,
      SessionState state,
      WireBuffer out,
      Listener listener,
      SessionListener sessionListener) {
    this.server = Objects.requireNonNull(server, "server");
    this.options = options;
    this.method = options.authentication();
    this.state = state;
    this.link = new Link(out);
    this.listener = listener;
    this.sessionListener = sessionListener;
    this.clientId = options.clientId();
  }

  /** Before {@link #start}: the session that this broker may hold is not the one we have. */
  public void discardSession() {
    discarding = true;
  }

  /**
   * Writes CONNECT; keeps neither array.
   *
   * @param authenticationData what {@link AuthenticationRun#initialData} returned, or null
   * @param password the Password of this attempt, or null
   */
  public void start(
      byte @Nullable [] authenticationData, byte @Nullable [] password, long nowNanos) {
    require(Phase.NEW);
    state.expireIfDue(nowNanos);
    cleanStart = discarding || !state.held();
    String heldIdentifier = state.assignedClientIdentifier();
    if (clientId.isEmpty() && heldIdentifier != null) {
      clientId = heldIdentifier;
    }
    link.writer()
        .connect(
            new ConnectPacket(
                clientId,
                cleanStart,
                options.keepAliveSeconds(),
                options.sessionExpirySeconds(),
                options.receiveMaximum(),
                options.maximumPacketSize(),
                options.topicAliasMaximum(),
                options.requestResponseInformation(),
                options.requestProblemInformation(),
                options.userProperties(),
                options.will(),
                options.userName(),
                password,
                method == null ? null : method.name(),
                authenticationData));
    phase = Phase.AWAITING_BROKER;
  }

  /** A packet from the broker. After {@link Listener#connected} it goes on to the session. */
  public void onPacket(Packet packet, long nowNanos) {
    switch (phase) {
      case NEW -> throw refuse(link.protocolError(name(packet) + " received before our CONNECT."));
      case AWAITING_BROKER, RESPONDING -> onEarly(packet, nowNanos);
      case VERIFYING -> hold(packet);
      case CONNECTED -> live().onPacket(packet, nowNanos);
      case REFUSED -> {
        // The connection is being closed; the standard lets us discard what still comes.
      }
    }
  }

  private void onEarly(Packet packet, long nowNanos) {
    if (packet instanceof Packet.ConnAck ack && ack.reason().isError()) {
      link.close();
      throw refuse(
          Refusals.ofConnection(ack.reason(), ack.reasonString(), ack.serverReference(), options));
    }
    if (packet instanceof Packet.Disconnect disconnect) {
      throw refuse(onDisconnect(disconnect));
    }
    if (packet instanceof Packet.ConnAck ack) {
      onAccepted(ack, nowNanos);
    } else if (packet instanceof Packet.Auth auth) {
      onAuth(auth);
    } else {
      throw refuse(
          link.protocolError(
              name(packet)
                  + " received before CONNACK; the standard allows AUTH, CONNACK and DISCONNECT"
                  + " here (MQTT 5, 3.2 and 4.12)."));
    }
  }

  private RuntimeException onDisconnect(Packet.Disconnect disconnect) {
    link.close();
    return Refusals.ofConnection(
        disconnect.reason(), disconnect.reasonString(), disconnect.serverReference(), options);
  }

  private void onAuth(Packet.Auth auth) {
    ConnectOptions.Method configured = method;
    if (configured == null) {
      throw refuse(
          link.protocolError(
              "AUTH "
                  + auth.reason()
                  + " received, but CONNECT named no Authentication Method (MQTT 5, 4.12)."));
    }
    if (!configured.name().equals(auth.authenticationMethod())) {
      throw refuse(
          link.protocolError(
              Refusals.otherMethod("AUTH", configured.name(), auth.authenticationMethod())));
    }
    if (auth.reason() != ReasonCode.CONTINUE_AUTHENTICATION) {
      throw refuse(
          link.protocolError(
              "AUTH "
                  + auth.reason()
                  + " received before CONNACK; only 0x18 belongs here (MQTT 5, 4.12)."));
    }
    if (phase == Phase.RESPONDING) {
      throw refuse(
          link.protocolError(
              "A second AUTH 0x18 was received before our answer to the first (MQTT 5, 4.12)."));
    }
    phase = Phase.RESPONDING;
    listener.challenge(auth.authenticationData());
  }

  private void onAccepted(Packet.ConnAck ack, long nowNanos) {
    requireMethod(ack);
    if (phase == Phase.RESPONDING) {
      throw refuse(
          link.protocolError("CONNACK received before our answer to AUTH 0x18 (MQTT 5, 4.12)."));
    }
    requireSession(ack);
    requireIdentifier(ack);
    negotiated = Negotiated.of(options, ack, clientId);
    if (method == null) {
      connect(null, nowNanos);
    } else {
      phase = Phase.VERIFYING;
      listener.verify(ack.authenticationData());
    }
  }

  private void requireMethod(Packet.ConnAck ack) {
    ConnectOptions.Method configured = method;
    if (configured == null) {
      if (ack.authenticationMethod() != null || ack.authenticationData() != null) {
        throw refuse(
            link.protocolError(
                "CONNACK with authentication properties, but CONNECT named no Authentication Method"
                    + " (MQTT 5, 4.12)."));
      }
      return;
    }
    String named = ack.authenticationMethod();
    if (named != null && !named.equals(configured.name())) {
      throw refuse(link.protocolError(Refusals.otherMethod("CONNACK", configured.name(), named)));
    }
    if (configured.mutual() && (phase == Phase.RESPONDING || ack.authenticationData() == null)) {
      link.end(ReasonCode.UNSPECIFIED_ERROR);
      throw refuse(
          new ServerProofException(
              ErrorCode.SERVER_SKIPPED_PROOF,
              "The broker accepted the connection without proving itself by "
                  + configured.name()
                  + ": CONNACK "
                  + (phase == Phase.RESPONDING
                      ? "came before our answer"
                      : "carries no Authentication Data")
                  + (named == null ? " and no Authentication Method" : "")
                  + ". Only CONNECT and AUTH were sent; CONNECT holds the Will and User Properties, if"
                  + " any. Either authentication is switched off on the broker, or this is not the"
                  + " broker: check both; this is not retried.",
              null));
    }
    if (named == null) {
      throw refuse(link.protocolError(Refusals.otherMethod("CONNACK", configured.name(), null)));
    }
  }

  private void requireSession(Packet.ConnAck ack) {
    if (ack.sessionPresent() && cleanStart) {
      throw refuse(
          link.protocolError(
              "CONNACK with Session Present 1 after Clean Start 1 (MQTT 5, 3.2.2.1.1)."));
    }
  }

  private void requireIdentifier(Packet.ConnAck ack) {
    String given = ack.assignedClientIdentifier();
    if (clientId.isEmpty() && (given == null || given.isEmpty())) {
      throw refuse(
          link.protocolError(
              "CONNACK without Assigned Client Identifier, but CONNECT left it to the broker (MQTT"
                  + " 5, 3.1.3.1)."));
    }
    if (!clientId.isEmpty() && given != null && !given.equals(clientId)) {
      throw refuse(
          link.protocolError(
              "CONNACK assigns Client Identifier '"
                  + Texts.printable(given)
                  + "', but CONNECT said '"
                  + clientId
                  + "' (MQTT 5, 3.2.2.3.7)."));
    }
    if (given != null) {
      clientId = given;
    }
  }

  private void hold(Packet packet) {
    if (packet instanceof Packet.Disconnect disconnect) {
      throw refuse(onDisconnect(disconnect));
    }
    if (packet instanceof Packet.ConnAck) {
      throw refuse(link.protocolError("A second CONNACK was received (MQTT 5, 3.2)."));
    }
    if (packet instanceof Packet.Auth auth) {
      throw refuse(
          link.protocolError(
              "AUTH " + auth.reason() + " received after CONNACK, unasked (MQTT 5, 4.12)."));
    }
    if (packet instanceof Packet.Publish publish) {
      heldBytes += publish.payload().length;
    }
    if (held.size() >= HELD_PACKETS || heldBytes > HELD_BYTES) {
      throw refuse(
          link.violation(
              ReasonCode.QUOTA_EXCEEDED,
              "More than "
                  + HELD_PACKETS
                  + " packets or "
                  + HELD_BYTES
                  + " bytes came before the broker's proof was verified."));
    }
    held.addLast(packet);
  }

  /** False while the worker verifies: the driver stops reading, so that little is held. */
  public boolean wantsInput() {
    return phase != Phase.VERIFYING;
  }

  /** What {@link AuthenticationRun#respond} returned. Without effect once refused. */
  @Override
  public void authResponse(byte @Nullable [] data, long nowNanos) {
    if (phase == Phase.REFUSED) {
      return;
    }
    require(Phase.RESPONDING);
    phase = Phase.AWAITING_BROKER;
    link.writer().auth(ReasonCode.CONTINUE_AUTHENTICATION, Refusals.nameOf(method), data);
  }

  /**
   * What {@link AuthenticationRun#finish} returned; null only if the method is not mutual. Without
   * effect once refused.
   *
   * @throws ServerProofException if the proof is missing or of another connection
   */
  @Override
  public void proven(@Nullable ServerProof proof, long nowNanos) {
    if (phase == Phase.REFUSED) {
      return;
    }
    require(Phase.VERIFYING);
    connect(proof, nowNanos);
  }

  /** The worker threw: writes DISCONNECT; the driver ends the attempt with what was thrown. */
  @Override
  public void authenticationFailed() {
    if (phase != Phase.REFUSED) {
      phase = Phase.REFUSED;
      link.end(ReasonCode.UNSPECIFIED_ERROR);
      held.clear();
    }
  }

  private void connect(@Nullable ServerProof proof, long nowNanos) {
    Session live;
    try {
      live =
          new Session(
              server,
              proof,
              options,
              Objects.requireNonNull(negotiated),
              state,
              link,
              sessionListener,
              nowNanos);
    } catch (ServerProofException e) {
      link.end(ReasonCode.UNSPECIFIED_ERROR);
      throw refuse(e);
    }
    state.connected(options.clientId().isEmpty() ? clientId : null);
    session = live;
    phase = Phase.CONNECTED;
    listener.connected(live);
    live.pump(nowNanos);
    Packet packet = held.pollFirst();
    while (packet != null) {
      live.onPacket(packet, nowNanos);
      packet = held.pollFirst();
    }
  }

  /** What was reached, for the message of a deadline: such as {@code waiting for CONNACK}. */
  public String phase() {
    return phase.text;
  }

  private Session live() {
    return Objects.requireNonNull(session);
  }

  private RuntimeException refuse(RuntimeException cause) {
    phase = Phase.REFUSED;
    held.clear();
    return cause;
  }

  private void require(Phase expected) {
    if (phase != expected) {
      throw new IllegalStateException(
          "connect exchange is '" + phase.text + "'; this call belongs to '" + expected.text + "'");
    }
  }

  private static String name(Packet packet) {
    if (packet instanceof Packet.Ack ack) {
      return ack.type().name();
    }
    if (packet instanceof Packet.SubAck ack) {
      return ack.unsubscribe() ? "UNSUBACK" : "SUBACK";
    }
    return packet.getClass().getSimpleName().toUpperCase(Locale.ROOT);
  }

  /** What the exchange asks of its driver, on the event loop: hand over and return. */
  public interface Listener {
    /** Run {@code respond} on the worker, then {@link #authResponse}. */
    void challenge(byte @Nullable [] serverData);

    /** Run {@code finish} on the worker, then {@link #proven}. */
    void verify(byte @Nullable [] serverData);

    /** The session is live. What came behind CONNACK is given to it right after this. */
    void connected(Session session);
  }
}
