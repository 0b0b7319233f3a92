package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.internal.session.AuthenticationRun;
import io.mooring.internal.tls.VerifiedServer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one CONNECT or re-authentication needs of the credential, fetched on the worker: a password
 * for this attempt, or a fresh exchange and its first message.
 */
final class Credentials {
  /** Of a device that its certificate, or nothing, speaks for. */
  static final Credentials NONE = new Credentials(null, null, null);

  private final byte @Nullable [] password;
  private final @Nullable AuthenticationRun run;
  private final byte @Nullable [] initialData;

  private Credentials(
      byte @Nullable [] password, @Nullable AuthenticationRun run, byte @Nullable [] initialData) {
    this.password = password;
    this.run = run;
    this.initialData = initialData;
  }

  /** Whether there is anything to fetch. */
  static boolean areNeeded(EngineOptions options) {
    return options.authenticator() != null || options.password() != null;
  }

  static Credentials of(EngineOptions options, Endpoint broker, VerifiedServer server) {
    EnhancedAuthenticator authenticator = options.authenticator();
    if (authenticator != null) {
      byte[] binding = authenticator.channelBinding() == null ? null : server.channelBinding();
      AuthenticationContext context =
          new AuthenticationContext(broker.host(), options.connect().clientId(), binding);
      AuthenticationRun run = AuthenticationRun.begin(server, authenticator, context);
      return new Credentials(null, run, run.initialData());
    }
    PasswordAuthentication password = options.password();
    return new Credentials(password == null ? null : password.password().copyUtf8(), null, null);
  }

  /** The password of a broker without AUTH; wiped by {@link #wipe}. */
  byte @Nullable [] password() {
    return password;
  }

  /** The exchange that has begun, if there is one. */
  @Nullable AuthenticationRun run() {
    return run;
  }

  /** The first message of {@link #run}; wiped by {@link #wipe}. */
  byte @Nullable [] initialData() {
    return initialData;
  }

  /** Overwrites the arrays once they have been written out. */
  void wipe() {
    wipe(password);
    wipe(initialData);
  }

  /** Ends an exchange that nobody will use. Worker only. */
  void discard() {
    wipe();
    if (run != null) {
      run.close();
    }
  }

  private static void wipe(byte @Nullable [] bytes) {
    if (bytes != null) {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Never the content. */
  @Override
  public String toString() {
    return "Credentials[redacted]";
  }
}
