package io.mooring.internal.engine;

import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.error.MooringException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.session.AuthDialogue;
import io.mooring.internal.session.AuthenticationRun;
import io.mooring.internal.session.ConnectExchange;
import io.mooring.internal.session.ServerProof;
import io.mooring.internal.session.Session;
import io.mooring.internal.tls.VerifiedServer;
import io.mooring.telemetry.ConnectionPhase;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The authentication of this device to one broker, and by a mutual method of the broker to it: for
 * CONNECT and for each re-authentication. Credentials are fetched, challenges answered and proofs
 * verified on the worker; what comes out goes to the {@link AuthDialogue} that asked. Confined to
 * the event loop.
 */
final class DeviceAuthentication {
  private final EventLoop loop;
  private final Approach approach;
  private final VerifiedServer server;
  private final Consumer<Runnable> step;
  private final Consumer<MooringException> fail;
  private final ReauthenticationSchedule schedule;

  /** Replaced by {@link #reauthenticate(EngineOptions, Consumer)}. */
  private EngineOptions options;

  private AuthDialogue dialogue;
  private @Nullable Session session;
  private @Nullable AuthenticationRun run;
  private @Nullable ServerProof proof;
  private boolean over;

  /**
   * Of a device that has asked for nothing yet.
   *
   * @param approach the way on which {@code server} was verified
   * @param connecting the exchange that CONNECT begins
   * @param step runs one step of the connection, and sends what it wrote
   * @param fail ends the connection
   */
  DeviceAuthentication(
      EventLoop loop,
      EngineOptions options,
      Approach approach,
      VerifiedServer server,
      ConnectExchange connecting,
      Consumer<Runnable> step,
      Consumer<MooringException> fail) {
    this.loop = loop;
    this.options = options;
    this.approach = approach;
    this.server = server;
    this.dialogue = connecting;
    this.step = step;
    this.fail = fail;
    this.schedule =
        new ReauthenticationSchedule(
            loop,
            approach.endpoint(),
            options.dialling().connectTimeout(),
            this::reauthenticateByClock,
            fail);
  }

  /** The broker that TLS has verified. */
  VerifiedServer server() {
    return server;
  }

  /** What the broker has proven, or null before that and without a mutual method. */
  @Nullable ServerProof proof() {
    return proof;
  }

  /** Fetches what this device says of itself; {@code use} is a step, after which it is wiped. */
  void fetch(Consumer<Credentials> use) {
    EngineOptions current = options;
    if (!Credentials.areNeeded(current)) {
      // What the handshake brought comes first.
      loop.atEndOfTurn(() -> fetched(Credentials.NONE, use));
      return;
    }
    approach
        .errands()
        .compute(
            () -> Credentials.of(current, approach.endpoint(), server),
            credentials -> fetched(credentials, use),
            this::failed);
  }

  private void fetched(Credentials credentials, Consumer<Credentials> use) {
    if (over) {
      loop.worker().execute(credentials::discard); // what it holds may be in a token
      return;
    }
    run = credentials.run();
    try {
      step.accept(() -> use.accept(credentials));
    } finally {
      credentials.wipe();
    }
  }

  /** The broker's AUTH 0x18. */
  void challenge(byte @Nullable [] serverData) {
    if (session == null) { // it was AUTH that came, and not yet CONNACK
      approach.track().end(ConnectionPhase.CONNACK, ConnectionPhase.AUTHENTICATION);
      approach.track().begin(ConnectionPhase.AUTHENTICATION);
    }
    AuthenticationRun asked = running();
    approach
        .errands()
        .compute(
            () -> new Answer(asked.respond(serverData)),
            answer -> step.accept(() -> respond(answer.data())),
            this::failed);
  }

  private void respond(byte @Nullable [] data) {
    dialogue.authResponse(data, loop.nowNanos());
    if (session == null) {
      approach.track().end(ConnectionPhase.AUTHENTICATION);
      approach.track().begin(ConnectionPhase.CONNACK);
    }
  }

  /** The data of CONNACK 0x00, or of AUTH 0x00 on a live session. */
  void verify(byte @Nullable [] serverData) {
    if (session == null) {
      approach.track().end(ConnectionPhase.CONNACK);
      approach.track().begin(ConnectionPhase.AUTHENTICATION);
    }
    AuthenticationRun asked = running();
    approach
        .errands()
        .compute(
            () -> new Proof(asked.finish(serverData)),
            finished -> step.accept(() -> proven(finished.token())),
            this::failed);
  }

  private void proven(@Nullable ServerProof token) {
    endRun();
    proof = token;
    dialogue.proven(token, loop.nowNanos());
  }

  /** CONNECT has led to a session, on which the broker may be asked again. */
  void connected(Session live) {
    dialogue = live;
    session = live;
    schedule.authenticated(interval());
  }

  private @Nullable Duration interval() {
    EnhancedAuthenticator authenticator = options.authenticator();
    return authenticator == null ? null : authenticator.reauthenticateEvery();
  }

  /**
   * AUTH 0x19 with a fresh exchange; {@code done} hears on the loop how it ended. One at a time:
   * who asks while one runs joins it.
   */
  void reauthenticate(Consumer<@Nullable MooringException> done) {
    if (options.authenticator() == null) {
      throw new IllegalStateException(
          "re-authentication takes an enhanced authenticator; give authenticate(...) one, such as"
              + " SCRAM");
    }
    if (schedule.begin(done)) {
      fetch(this::sendReauthenticate);
    }
  }

  /**
   * The same with another credential, which holds from now on: where it fails, the connection ends.
   *
   * @throws IllegalStateException if one with the credential of before is under way
   */
  void reauthenticate(EngineOptions next, Consumer<@Nullable MooringException> done) {
    if (schedule.isRunning()) {
      throw new IllegalStateException("a re-authentication is under way; rotate after it");
    }
    options = next;
    reauthenticate(done);
  }

  private void reauthenticateByClock() {
    step.accept(() -> reauthenticate(failure -> {}));
  }

  private void sendReauthenticate(Credentials credentials) {
    require(session).reauthenticate(credentials.initialData(), loop.nowNanos());
  }

  /** The broker took it, and is proven anew. */
  void reauthenticated() {
    schedule.authenticated(interval());
  }

  /** Once CONNECT is out, the broker is told with a DISCONNECT that it was not believed. */
  private void failed(MooringException cause) {
    if (!over && run != null) {
      dialogue.authenticationFailed();
    }
    fail.accept(cause);
  }

  /** The connection is over. */
  void end(MooringException cause) {
    over = true;
    endRun();
    schedule.end(cause);
  }

  private void endRun() {
    AuthenticationRun ended = run;
    run = null;
    if (ended != null) {
      loop.worker().execute(ended::close); // wiping may be a token's affair
    }
  }

  private AuthenticationRun running() {
    return require(run);
  }

  private static <T> T require(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("a step of authentication ran out of order");
    }
    return part;
  }

  /** What a worker step returns, so that "no data" is a result as well. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Answer(byte @Nullable [] data) {}

  private record Proof(@Nullable ServerProof token) {}
}
