package io.mooring.internal.engine;

import io.mooring.ConnectionInfo;
import io.mooring.Endpoint;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.ErrorCode;
import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.error.TimeoutException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Link;
import io.mooring.internal.net.LinkHandler;
import io.mooring.internal.net.LinkPhase;
import io.mooring.internal.session.AuthenticationRun;
import io.mooring.internal.session.ConnectExchange;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.ServerProof;
import io.mooring.internal.session.Session;
import io.mooring.internal.session.SessionListener;
import io.mooring.internal.session.SessionState;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.VerifiedServer;
import io.mooring.internal.wire.Packet;
import io.mooring.internal.wire.PacketReader;
import io.mooring.telemetry.ConnectionPhase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection from dialling to its end, in a straight line: resolve, TCP and TLS, CONNECT and
 * AUTH, CONNACK and proof, session. One deadline covers all up to the session. Confined to the
 * event loop.
 */
final class Connection implements LinkHandler, ConnectExchange.Listener, SessionListener {
  private static final Log LOG = Log.CONNECTION;

  /** Bytes that a broker may leave unread before we stop reading what it goes on sending. */
  private static final int MAXIMUM_BACKLOG = 256 * 1024;

  /** With so many unacknowledged, the next acknowledgement need not be read at once. */
  private static final int MANY_IN_FLIGHT = 32;

  /** How long a broker may take to answer the PINGREQ of a probe. */
  private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EventLoop loop;
  private EngineOptions options;
  private final Endpoint endpoint;
  private final SessionState state;
  private final Owner owner;
  private final PacketReader reader;
  private final Approach approach;
  private final ReauthenticationSchedule reauthentication;

  private @Nullable VerifiedServer server;
  private @Nullable AuthenticationRun authentication;
  private @Nullable ConnectExchange exchange;
  private @Nullable Session session;
  private @Nullable ServerProof proof;
  private EventLoop.@Nullable Timer sessionTimer;
  private final SendGate gate;
  private final Pump pump;
  private boolean applicationPausesReading;
  private int resending;
  private boolean over;
  private long readAt;

  /** What a connection tells the engine, on the loop. */
  interface Owner {
    void live(Connection connection);

    void message(Connection connection, InboundPublish message);

    /** A re-authentication was accepted. */
    void reauthenticated();

    /** So far the messages of one piece of the stream; more may follow. */
    void handOver();

    /** Called once, unless the engine itself called {@link Connection#disconnect}. */
    void ended(Connection connection, MooringException cause);
  }

  Connection(
      String attempt,
      EventLoop loop,
      EngineOptions options,
      Endpoint endpoint,
      SessionState state,
      Owner owner) {
    this.loop = loop;
    this.options = options;
    this.endpoint = endpoint;
    this.state = state;
    this.owner = owner;
    this.gate = new SendGate(state.journal());
    this.pump = new Pump(this::encode, gate::isHolding, () -> later(same -> {}));
    this.reader = new PacketReader(options.connect().maximumPacketSize());
    this.approach = new Approach(attempt, loop, options, endpoint, this, this::deadlinePassed);
    this.reauthentication =
        new ReauthenticationSchedule(
            loop, () -> this.options, endpoint, this::reauthenticateByClock, this::fail);
  }

  /** The live session, or null before it and after its end. */
  @Nullable Session session() {
    return session;
  }

  @Override
  public String attempt() {
    return track().id();
  }

  /** What is measured of the attempt. */
  AttemptTrack track() {
    return approach.track();
  }

  /** Where to. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** Messages of an earlier connection that go out again over this one. */
  int resending() {
    return resending;
  }

  /** What the application is told; only of a live session. */
  ConnectionInfo info() {
    return Facts.of(endpoint, require(server), proof, require(session).negotiated());
  }

  /** Sets out for the broker. */
  void open() {
    SocketGuard sockets = options.sockets();
    if (sockets == null) {
      approach.begin();
      return;
    }
    onWorker(
        () -> {
          sockets.beforeConnecting();
          return sockets;
        },
        passed -> approach.begin());
  }

  @Override
  public void tcpConnected() {
    approach.tcpConnected();
  }

  // --- CONNECT and AUTH -------------------------------------------------------------------------

  @Override
  public void secured(VerifiedServer verified) {
    server = verified;
    track().end(ConnectionPhase.TLS);
    track().begin(ConnectionPhase.AUTHENTICATION);
    requireLink().gate(gate);
    requireLink().pauseReading(true);
    exchange =
        new ConnectExchange(verified, options.connect(), state, requireLink().out(), this, this);
    if (Credentials.areNeeded(options)) {
      onWorker(() -> Credentials.of(options, endpoint, verified), this::sendConnect);
    } else {
      loop.execute(this::sendConnectWithoutCredentials); // what the handshake brought comes first
    }
  }

  private void sendConnectWithoutCredentials() {
    if (!over) {
      guarded(() -> sendConnect(Credentials.NONE));
    }
  }

  private void sendConnect(Credentials credentials) {
    authentication = credentials.run();
    if (state.isStaleAt(endpoint.toString())) {
      requireExchange().discardSession();
    }
    resending = state.inFlight();
    try {
      requireExchange().start(credentials.initialData(), credentials.password(), loop.nowNanos());
    } finally {
      credentials.wipe();
    }
    track().end(ConnectionPhase.AUTHENTICATION);
    track().begin(ConnectionPhase.CONNACK);
    afterStep();
  }

  @Override
  public void challenge(byte @Nullable [] serverData) {
    if (session == null) {
      track().end(ConnectionPhase.CONNACK, ConnectionPhase.AUTHENTICATION); // it was AUTH that came
      track().begin(ConnectionPhase.AUTHENTICATION);
    }
    AuthenticationRun run = requireAuthentication();
    onWorker(
        () -> new Answer(run.respond(serverData)),
        answer -> {
          Session live = session;
          if (live != null) {
            live.authResponse(answer.data(), loop.nowNanos());
          } else {
            requireExchange().authResponse(answer.data(), loop.nowNanos());
            track().end(ConnectionPhase.AUTHENTICATION);
            track().begin(ConnectionPhase.CONNACK);
          }
          afterStep();
        });
  }

  @Override
  public void verify(byte @Nullable [] serverData) {
    if (session == null) {
      track().end(ConnectionPhase.CONNACK);
      track().begin(ConnectionPhase.AUTHENTICATION);
    }
    AuthenticationRun run = requireAuthentication();
    onWorker(
        () -> new Proof(run.finish(serverData)),
        finished -> {
          endAuthentication();
          ServerProof token = finished.token();
          Session live = session;
          if (live != null) {
            live.proven(token, loop.nowNanos());
          } else {
            proof = token;
            requireExchange().proven(token, loop.nowNanos());
          }
          afterStep();
        });
  }

  @Override
  public void connected(Session live) {
    session = live;
    exchange = null;
    requireLink().trim(); // CONNECT has left: many connections never send much
    track().over(null);
    state.isLiveAt(endpoint.toString(), live.negotiated().sessionPresent());
    approach.arrived();
    reauthentication.authenticated();
    owner.live(this);
  }

  // --- the live session -------------------------------------------------------------------------

  @Override
  public void plaintext(byte[] buffer, int offset, int length) {
    if (over) {
      return;
    }
    readAt = loop.nowNanos(); // once for all of it: the clock would cost as much as the parser
    Link open = approach.link();
    if (open != null) {
      open.heard(buffer, offset, length);
    }
    Session live = session;
    if (live != null) {
      live.bytesReceived(length, readAt);
    }
    try {
      reader.feed(buffer, offset, length, this::packet);
    } finally {
      owner.handOver();
    }
  }

  private void packet(Packet packet) {
    Session live = session;
    if (live != null) {
      live.onPacket(packet, readAt);
    } else {
      requireExchange().onPacket(packet, readAt);
    }
  }

  @Override
  public void readComplete() {
    afterStep();
  }

  @Override
  public void drained() {
    afterStep();
  }

  @Override
  public void message(InboundPublish message) {
    owner.message(this, message);
  }

  /**
   * Runs {@code input} on the live session, then sends what it wrote; without a session, nothing.
   */
  void withSession(Consumer<Session> input) {
    Session live = session;
    if (over || live == null) {
      return;
    }
    guarded(
        () -> {
          input.accept(live);
          afterStep();
        });
  }

  /** {@link #withSession} in a turn of its own: a session takes one input at a time. */
  void later(Consumer<Session> input) {
    loop.execute(() -> withSession(input));
  }

  /** Sends what the last step wrote, and more while the socket takes it. */
  private void afterStep() {
    Link open = approach.link();
    if (over || open == null) {
      return;
    }
    Session live = session;
    if (live != null) {
      pump.run(open);
      scheduleTick(live);
      if (live.inFlight() >= MANY_IN_FLIGHT) {
        loop.unhurried();
      }
    } else {
      open.send();
    }
    if (!over) {
      updateReading(open);
    }
  }

  private void encode() {
    Session live = session;
    if (live != null && !over) {
      live.pump(loop.nowNanos());
    }
  }

  private void updateReading(Link open) {
    ConnectExchange pending = exchange;
    Session live = session;
    boolean paused =
        live != null
            ? (applicationPausesReading && !live.mustRead()) || open.backlog() > MAXIMUM_BACKLOG
            : pending == null || !pending.wantsInput();
    open.pauseReading(paused);
  }

  /**
   * Stops reading while the application does not keep up: the broker then waits. May be called from
   * within a session's input.
   */
  void pauseReading(boolean paused) {
    if (applicationPausesReading != paused) {
      applicationPausesReading = paused;
      later(live -> live.readingPaused(paused, loop.nowNanos()));
    }
  }

  private void scheduleTick(Session live) {
    EventLoop.Timer previous = sessionTimer;
    long due = live.nextDeadlineNanos();
    if (previous != null) {
      if (previous.deadlineNanos() <= due) {
        return; // it fires early, finds nothing due and schedules itself anew
      }
      previous.cancel();
    }
    sessionTimer = due == Long.MAX_VALUE ? null : loop.schedule(due, this::tick);
  }

  private void tick() {
    sessionTimer = null;
    withSession(live -> live.tick(loop.nowNanos()));
    Link open = approach.link();
    if (open != null) {
      open.trim();
    }
  }

  // --- re-authentication ------------------------------------------------------------------------

  /**
   * AUTH 0x19 with a fresh exchange; {@code done} hears on the loop how it ended. One at a time:
   * who asks while one runs joins it.
   */
  void reauthenticate(Consumer<@Nullable MooringException> done) {
    VerifiedServer verified = server;
    if (options.authenticator() == null || verified == null) {
      throw new IllegalStateException("re-authentication takes an enhanced authenticator");
    }
    reauthenticate(verified, done);
  }

  /**
   * The same with another credential, which holds from now on: where it fails, the connection ends.
   *
   * @throws IllegalStateException if one with the credential of before is under way
   */
  void reauthenticate(EngineOptions next, Consumer<@Nullable MooringException> done) {
    if (reauthentication.isRunning()) {
      throw new IllegalStateException("a re-authentication is under way; rotate after it");
    }
    options = next;
    reauthenticate(require(server), done);
  }

  private void reauthenticate(VerifiedServer verified, Consumer<@Nullable MooringException> done) {
    if (reauthentication.begin(done)) {
      onWorker(() -> Credentials.of(options, endpoint, verified), this::sendReauthenticate);
    }
  }

  private void reauthenticateByClock() {
    withSession(live -> reauthenticate(failure -> {}));
  }

  private void sendReauthenticate(Credentials credentials) {
    authentication = credentials.run();
    try {
      require(session).reauthenticate(credentials.initialData(), loop.nowNanos());
    } finally {
      credentials.wipe();
    }
    afterStep();
  }

  @Override
  public void reauthenticated() {
    reauthentication.authenticated();
    owner.reauthenticated();
  }

  // --- is it alive ------------------------------------------------------------------------------

  /** The network may have changed: a broker that does not answer now is not waited for. */
  void probe() {
    withSession(live -> live.probe(PROBE_NANOS, loop.nowNanos()));
  }

  // --- the end ----------------------------------------------------------------------------------

  /**
   * The disk did not take what the session has to remember. If bytes that follow from it wait here,
   * the connection is over: on the next one they are left out until the disk takes it.
   */
  void journalFailed(MooringException cause) {
    if (!over && gate.isHolding()) {
      fail(
          new ConnectionLostException(
              ErrorCode.STATE_NOT_STORED,
              "The outbox did not take the state of the session, and what follows from it cannot be"
                  + " sent. It is taken up again once the disk works: "
                  + cause.getMessage(),
              cause));
    }
  }

  /**
   * An orderly end of ours: DISCONNECT, close_notify, close. The owner hears nothing; {@code done}
   * runs on the loop once the socket is gone.
   */
  void disconnect(DisconnectRequest request, Runnable done) {
    Session live = session;
    if (!over && live != null) {
      try {
        live.disconnect(
            request.reason(),
            request.sessionExpirySeconds(),
            request.reasonString(),
            request.userProperties(),
            loop.nowNanos());
      } catch (MooringException e) {
        LOG.of(attempt(), System.Logger.Level.DEBUG, "DISCONNECT was not written", e);
      }
    }
    if (!over) {
      end(
          new ConnectionLostException(
              ErrorCode.ENDED_BY_CLIENT,
              "The connection was ended by this client (" + request.reason() + ").",
              null));
    }
    Link open = approach.link();
    if (open == null) {
      done.run();
    } else {
      open.closeGracefully(done);
    }
  }

  /**
   * The application is done with these messages. After the end of the connection that brought them
   * they are only marked: the acknowledgement goes out when the broker sends the message again.
   */
  void acknowledge(List<Acknowledgement> batch) {
    Session any = session;
    if (any == null) {
      return;
    }
    if (over) {
      acknowledge(any, batch);
    } else {
      withSession(live -> acknowledge(live, batch));
    }
  }

  private void acknowledge(Session any, List<Acknowledgement> batch) {
    long now = loop.nowNanos();
    batch.forEach(each -> any.acknowledge(each.publish(), each.reason(), now));
  }

  @Override
  public void failed(MooringException cause) {
    if (over) {
      return;
    }
    boolean wasLive = session != null;
    MooringException told =
        wasLive && cause.getClass() == NetworkException.class
            ? new ConnectionLostException(cause.code(), String.valueOf(cause.getMessage()), cause)
            : cause;
    end(told);
    owner.ended(this, told);
  }

  private void fail(MooringException cause) {
    Link open = approach.link();
    if (open != null) {
      open.fail(cause);
    } else {
      failed(cause);
    }
  }

  private void end(MooringException cause) {
    over = true;
    track().over(cause);
    approach.end();
    if (sessionTimer != null) {
      sessionTimer.cancel();
    }
    endAuthentication();
    reauthentication.end(cause);
    Session live = session;
    if (live != null) {
      live.ended(cause, loop.nowNanos());
    }
  }

  private void endAuthentication() {
    AuthenticationRun run = authentication;
    authentication = null;
    if (run != null) {
      loop.worker().execute(run::close); // behind a step that may still be using it
    }
  }

  private void deadlinePassed() {
    Link open = approach.link();
    ConnectExchange pending = exchange;
    String reached =
        open != null && open.phase() == LinkPhase.SECURE && pending != null
            ? open.phase() + ", " + pending.phase()
            : approach.reached();
    fail(
        new TimeoutException(
            overdue(open),
            "No CONNACK from "
                + endpoint
                + " within "
                + options.dialling().connectTimeout().toMillis()
                + " ms ("
                + reached
                + "). Check that the listener speaks MQTT 5 over TLS, or raise connectTimeout.",
            null));
  }

  /** What to look at depends on how far the attempt came. */
  private static ErrorCode overdue(@Nullable Link open) {
    if (open == null) {
      return ErrorCode.NAME_LOOKUP_TIMED_OUT;
    }
    return switch (open.phase()) {
      case NEW, TCP -> ErrorCode.TCP_TIMED_OUT;
      case PROXY -> ErrorCode.PROXY_TIMED_OUT;
      case TLS -> ErrorCode.HANDSHAKE_TIMED_OUT;
      case SECURE, ENDED -> ErrorCode.NO_CONNACK;
    };
  }

  // --- helpers ----------------------------------------------------------------------------------

  private <T> void onWorker(Supplier<T> work, Consumer<T> then) {
    approach
        .errands()
        .execute(
            () -> {
              try {
                T result = work.get();
                loop.execute(
                    () -> {
                      if (!over) {
                        guarded(() -> then.accept(result));
                      } else if (result instanceof Credentials credentials) {
                        credentials.discard();
                      }
                    });
              } catch (MooringException e) {
                loop.execute(() -> workFailed(e));
              } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                // An application's SPI may throw anything, and miss a class or memory as well.
                loop.execute(() -> workFailed(InternalFaultException.of(e)));
              }
            },
            () -> {});
  }

  /** Once CONNECT is out, the broker is told with a DISCONNECT that it was not believed. */
  private void workFailed(MooringException cause) {
    Session live = session;
    ConnectExchange pending = exchange;
    if (!over && authentication != null) {
      if (live != null) {
        live.authenticationFailed();
      } else if (pending != null) {
        pending.authenticationFailed();
      }
    }
    fail(cause);
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (MooringException e) {
      fail(e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Ends this connection and at once, not the loop or after the deadline.
      fail(InternalFaultException.of(e));
    } finally {
      owner.handOver(); // what came behind CONNACK was held while the worker verified the broker
    }
  }

  private Link requireLink() {
    return require(approach.link());
  }

  private ConnectExchange requireExchange() {
    return require(exchange);
  }

  private AuthenticationRun requireAuthentication() {
    return require(authentication);
  }

  private static <T> T require(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("a step of connect() ran out of order");
    }
    return part;
  }

  /** What a worker step returns, so that "no data" is a result as well. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Answer(byte @Nullable [] data) {}

  private record Proof(@Nullable ServerProof token) {}
}
