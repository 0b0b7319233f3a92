package io.mooring.internal.session;

import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.internal.tls.VerifiedServer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of an {@link EnhancedAuthenticator} on one verified connection, for CONNECT or for
 * re-authentication. Runs on a worker thread, since PBKDF2 and tokens block; one call at a time.
 * {@link #close} wipes the exchange and is always called, maybe while another thread hangs in a
 * call: then that one wipes it, if it ever returns.
 */
public final class AuthenticationRun implements AutoCloseable {
  private final VerifiedServer server;
  private final EnhancedAuthenticator authenticator;
  private final AuthenticationExchange exchange;

  /** Guarded by this. */
  private boolean inCall;

  private boolean closed;

  private AuthenticationRun(
      VerifiedServer server, EnhancedAuthenticator authenticator, AuthenticationExchange exchange) {
    this.server = server;
    this.authenticator = authenticator;
    this.exchange = exchange;
  }

  /**
   * Begins an exchange with a fresh nonce.
   *
   * @throws io.mooring.error.CredentialException if the credential cannot be used
   */
  public static AuthenticationRun begin(
      VerifiedServer server, EnhancedAuthenticator authenticator, AuthenticationContext context) {
    return new AuthenticationRun(server, authenticator, authenticator.begin(context));
  }

  /** Authentication Data of CONNECT or of AUTH 0x19. Called first, once. */
  public byte @Nullable [] initialData() {
    return exchange.initialData();
  }

  /**
   * Answers the broker's AUTH 0x18.
   *
   * @throws io.mooring.error.ServerProofException if the data is not what an honest broker sends
   * @throws io.mooring.error.CredentialException if this device's credential does not fit
   */
  public byte @Nullable [] respond(byte @Nullable [] serverData) {
    return call(() -> exchange.respond(serverData));
  }

  /**
   * Ends the run with the Authentication Data of CONNACK 0x00 or AUTH 0x00.
   *
   * @return the proof, or null if the method is not {@link EnhancedAuthenticator#mutual}
   * @throws io.mooring.error.ServerProofException if the broker is not proven
   */
  public @Nullable ServerProof finish(byte @Nullable [] serverData) {
    return call(
        () -> {
          exchange.finish(serverData);
          return authenticator.mutual() ? new ServerProof(server, authenticator.method()) : null;
        });
  }

  private <T extends @Nullable Object> T call(Supplier<T> step) {
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the connection of this exchange is over");
      }
      inCall = true;
    }
    try {
      return step.get();
    } finally {
      boolean last;
      synchronized (this) {
        inCall = false;
        last = closed;
      }
      if (last) {
        exchange.close();
      }
    }
  }

  /** Wipes nonces and keys. Never fails. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (inCall) {
        return;
      }
    }
    exchange.close();
  }
}
