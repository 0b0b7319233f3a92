package io.mooring.internal.engine;

import io.mooring.ConnectionInfo;
import io.mooring.Endpoint;
import io.mooring.internal.session.Negotiated;
import io.mooring.internal.session.ServerProof;
import io.mooring.internal.tls.VerifiedServer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns what TLS, proof and CONNACK established into what the application is told. */
final class Facts {
  private Facts() {}

  static ConnectionInfo of(
      Endpoint endpoint,
      VerifiedServer server,
      @Nullable ServerProof proof,
      Negotiated negotiated) {
    return new ConnectionInfo(
        endpoint,
        server.protocol(),
        server.cipherSuite(),
        server.matchedPin(),
        proof == null ? null : proof.method(),
        negotiated.clientId(),
        negotiated.sessionPresent(),
        Duration.ofSeconds(negotiated.sessionExpirySeconds()),
        Duration.ofSeconds(negotiated.keepAliveSeconds()),
        negotiated.receiveMaximum(),
        negotiated.maximumPacketSize(),
        negotiated.maximumQos(),
        negotiated.retainAvailable(),
        negotiated.wildcardSubscriptionAvailable(),
        negotiated.sharedSubscriptionAvailable(),
        negotiated.subscriptionIdentifiersAvailable(),
        negotiated.responseInformation(),
        negotiated.serverReference(),
        negotiated.reasonString(),
        negotiated.userProperties());
  }
}
