package io.mooring.auth;

import io.mooring.tls.ChannelBinding;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Enhanced authentication by AUTH packets (MQTT 5, section 4.12). One authenticator serves one
 * client; each CONNECT and each re-authentication begins a fresh {@link AuthenticationExchange}.
 *
 * <p>{@link #begin} and every method of the exchange are called on a worker thread, never on the
 * event loop, and may block. The others say what the method is: they are asked on any thread, the
 * event loop included, and return at once.
 */
public non-sealed interface EnhancedAuthenticator extends Authentication {
  /** The Authentication Method, such as {@code SCRAM-SHA-256}; compared byte for byte. */
  String method();

  /**
   * True if {@link AuthenticationExchange#finish} verifies that the broker knows the credential.
   * Only then does an exchange yield a server proof; otherwise the session rests on TLS alone.
   */
  boolean mutual();

  /** User Name to send in CONNECT as well, or null for none. Brokers' topic permissions use it. */
  @Nullable String userName();

  /** The channel binding that the exchange needs, or null. Never negotiated. */
  @Nullable ChannelBinding channelBinding();

  /** When to re-authenticate on a live connection (section 4.12.1), or null for only on demand. */
  default @Nullable Duration reauthenticateEvery() {
    return null;
  }

  /**
   * Begins an exchange with a fresh nonce.
   *
   * @throws io.mooring.error.CredentialException if the credential cannot be used
   */
  AuthenticationExchange begin(AuthenticationContext context);
}
