package io.mooring.internal.session;

import io.mooring.internal.tls.VerifiedServer;

/**
 * Proof that the broker at the other end of one TLS connection knows this device's credential. Only
 * {@link AuthenticationRun#finish} makes one, after a mutual method accepted the broker's last
 * data. It holds for that connection alone.
 */
public final class ServerProof {
  private final VerifiedServer server;
  private final String method;

  ServerProof(VerifiedServer server, String method) {
    this.server = server;
    this.method = method;
  }

  /** The Authentication Method that gave the proof. */
  public String method() {
    return method;
  }

  /** True if this proof was made by {@code expectedMethod} on the connection of {@code other}. */
  boolean holdsFor(VerifiedServer other, String expectedMethod) {
    return server == other && method.equals(expectedMethod);
  }
}
