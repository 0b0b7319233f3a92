package io.mooring.internal.session;

import io.mooring.ReasonCode;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ServerProofException;
import io.mooring.internal.tls.VerifiedServer;
import io.mooring.internal.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Re-authentication on a live connection (MQTT 5, section 4.12.1). Messages keep flowing meanwhile.
 */
final class Reauthentication {
  private enum Phase {
    NONE,
    AWAITING_BROKER,
    RESPONDING,
    VERIFYING
  }

  private final Link link;
  private final VerifiedServer server;
  private final ConnectOptions.@Nullable Method method;
  private final SessionListener listener;
  private Phase phase = Phase.NONE;

  Reauthentication(
      Link link,
      VerifiedServer server,
      ConnectOptions.@Nullable Method method,
      SessionListener listener) {
    this.link = link;
    this.server = server;
    this.method = method;
    this.listener = listener;
  }

  boolean isRunning() {
    return phase != Phase.NONE;
  }

  void start(byte @Nullable [] initialData) {
    ConnectOptions.Method configured = method;
    if (configured == null) {
      throw new IllegalStateException(
          "re-authentication needs the enhanced authentication that CONNECT used; none is configured");
    }
    require(Phase.NONE);
    phase = Phase.AWAITING_BROKER;
    link.writer().auth(ReasonCode.RE_AUTHENTICATE, configured.name(), initialData);
  }

  void onAuth(Packet.Auth auth) {
    ConnectOptions.Method configured = method;
    if (configured == null || phase == Phase.NONE) {
      throw link.protocolError(
          "AUTH "
              + auth.reason()
              + " received after authentication had finished; the standard allows PUBLISH,"
              + " acknowledgements, PINGRESP, DISCONNECT here (MQTT 5, 4.12).");
    }
    if (phase != Phase.AWAITING_BROKER) {
      throw link.protocolError(
          "AUTH "
              + auth.reason()
              + " received before our answer to the one before it (MQTT 5, 4.12).");
    }
    if (!configured.name().equals(auth.authenticationMethod())) {
      throw link.protocolError(
          Refusals.otherMethod("AUTH", configured.name(), auth.authenticationMethod()));
    }
    switch (auth.reason()) {
      case CONTINUE_AUTHENTICATION -> {
        phase = Phase.RESPONDING;
        listener.challenge(auth.authenticationData());
      }
      case SUCCESS -> {
        phase = Phase.VERIFYING;
        listener.verify(auth.authenticationData());
      }
      default ->
          throw link.protocolError(
              "AUTH "
                  + auth.reason()
                  + " received; a broker sends 0x00 or 0x18 (MQTT 5, 3.15.2.1).");
    }
  }

  void response(byte @Nullable [] data) {
    require(Phase.RESPONDING);
    phase = Phase.AWAITING_BROKER;
    link.writer().auth(ReasonCode.CONTINUE_AUTHENTICATION, Refusals.nameOf(method), data);
  }

  void proven(@Nullable ServerProof proof) {
    require(Phase.VERIFYING);
    try {
      Session.requireProof(server, method, proof);
    } catch (ServerProofException e) {
      link.end(ReasonCode.UNSPECIFIED_ERROR);
      throw e;
    }
    phase = Phase.NONE;
    listener.reauthenticated();
  }

  /** The worker failed: ends the connection, since the broker may have let us through. */
  void failed() {
    phase = Phase.NONE;
    link.end(ReasonCode.UNSPECIFIED_ERROR);
  }

  /** CONNACK on a live connection: Mosquitto refuses a re-authentication so. */
  RuntimeException onConnAck(Packet.ConnAck ack) {
    if (isRunning() && ack.reason().isError()) {
      link.close();
      return refusal(ack.reason(), ack.reasonString(), ack.serverReference());
    }
    return link.protocolError("A second CONNACK was received (MQTT 5, 3.2).");
  }

  BrokerRefusalException refusal(
      ReasonCode reason, @Nullable String reasonString, @Nullable String serverReference) {
    return Refusals.duringReauthentication(reason, reasonString, serverReference, method);
  }

  private void require(Phase expected) {
    if (phase != expected) {
      throw new IllegalStateException(
          "re-authentication is in phase " + phase + "; this call belongs to " + expected);
    }
  }
}
