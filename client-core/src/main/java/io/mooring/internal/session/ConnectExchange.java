package io.mooring.internal.session;

import io.mooring.internal.tls.VerifiedServer;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.WireBuffer;
import org.jspecify.annotations.Nullable;

/**
 * From a verified TLS connection to a live {@link Session}: CONNECT, AUTH, CONNACK, proof. Every
 * refusal is thrown out of an input method; the driver then sends what is in the WireBuffer (a
 * DISCONNECT at most) and closes.
 */
public final class ConnectExchange {
  /** An exchange over one connection. */
  public ConnectExchange(
      VerifiedServer server,
      ConnectOptions options,
      SessionState state,
      WireBuffer out,
      Listener listener,
      SessionListener sessionListener) {
    throw new IllegalStateException("being written");
  }

  /** Writes CONNECT; keeps neither array. */
  public void start(
      byte @Nullable [] authenticationData, byte @Nullable [] password, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** A packet from the broker. After {@link Listener#connected} it goes to the session. */
  public void onPacket(Packet packet, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /**
   * False while the worker runs {@code finish}: the driver stops reading, so that little is held.
   */
  public boolean wantsInput() {
    throw new IllegalStateException("being written");
  }

  /** What {@code respond} returned. */
  public void authResponse(byte @Nullable [] data, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** What {@code finish} returned; null only if the method is not mutual. */
  public void proven(@Nullable ServerProof proof, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** What was reached, for the message of a deadline: such as {@code waiting for CONNACK}. */
  public String phase() {
    throw new IllegalStateException("being written");
  }

  /** What the exchange asks of its driver, on the event loop. */
  public interface Listener {
    /** Run {@code respond} on the worker, then {@link #authResponse}. */
    void challenge(byte @Nullable [] serverData);

    /** Run {@code finish} on the worker, then {@link #proven}. */
    void verify(byte @Nullable [] serverData);

    /** The session is live: what was held is delivered to it next, and it has been pumped. */
    void connected(Session session);
  }
}
