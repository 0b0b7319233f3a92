package io.mooring.internal.engine;

import io.mooring.ConnectionInfo;
import io.mooring.Endpoint;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.ErrorCode;
import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Link;
import io.mooring.internal.net.LinkHandler;
import io.mooring.internal.session.ConnectExchange;
import io.mooring.internal.session.InboundPublish;
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
import org.jspecify.annotations.Nullable;

/**
 * One connection from dialling to its end, in a straight line: resolve, TCP and TLS, CONNECT and
 * AUTH, CONNACK and proof, session. One deadline covers all up to the session. Confined to the
 * event loop.
 */
final class Connection implements LinkHandler, ConnectExchange.Listener, SessionListener {
  private static final Log LOG = Log.CONNECTION;

  /** How long a broker may take to answer the PINGREQ of a probe. */
  private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EventLoop loop;
  private final EngineOptions options;
  private final Endpoint endpoint;
  private final SessionState state;
  private final Owner owner;
  private final PacketReader reader;
  private final Approach approach;
  private final SendGate gate;

  private @Nullable DeviceAuthentication authentication;
  private @Nullable ConnectExchange exchange;
  private @Nullable SessionDriver driver;
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
    this.reader = new PacketReader(options.connect().maximumPacketSize(), loop.spareArray());
    this.approach = new Approach(attempt, loop, options, endpoint, this, this::deadlinePassed);
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
    DeviceAuthentication held = require(authentication);
    return Facts.of(endpoint, held.server(), held.proof(), require(driver).session().negotiated());
  }

  /** Sets out for the broker. */
  void open() {
    SocketGuard sockets = options.sockets();
    if (sockets == null) {
      approach.begin();
      return;
    }
    approach
        .errands()
        .compute(
            () -> {
              sockets.beforeConnecting();
              return sockets;
            },
            passed -> step(approach::begin),
            this::fail);
  }

  @Override
  public void prepared() {
    approach.prepared();
  }

  @Override
  public void unprepared() {
    approach.unprepared();
  }

  @Override
  public void tcpConnected() {
    approach.tcpConnected();
  }

  // --- CONNECT and AUTH -------------------------------------------------------------------------

  @Override
  public void secured(VerifiedServer verified) {
    track().end(ConnectionPhase.TLS);
    track().begin(ConnectionPhase.AUTHENTICATION);
    Link open = require(approach.link());
    open.gate(gate);
    open.pauseReading(true);
    ConnectExchange connecting =
        new ConnectExchange(verified, options.connect(), state, open.out(), this, this);
    exchange = connecting;
    DeviceAuthentication device =
        new DeviceAuthentication(
            loop, options, approach, verified, connecting, this::step, this::fail);
    authentication = device;
    device.fetch(this::sendConnect);
  }

  private void sendConnect(Credentials credentials) {
    ConnectExchange connecting = require(exchange);
    if (state.isStaleAt(approach.broker())) {
      connecting.discardSession();
    }
    resending = state.inFlight();
    connecting.start(credentials.initialData(), credentials.password(), loop.nowNanos());
    track().end(ConnectionPhase.AUTHENTICATION);
    track().begin(ConnectionPhase.CONNACK);
  }

  @Override
  public void challenge(byte @Nullable [] serverData) {
    require(authentication).challenge(serverData);
  }

  @Override
  public void verify(byte @Nullable [] serverData) {
    require(authentication).verify(serverData);
  }

  @Override
  public void connected(Session live) {
    exchange = null;
    Link open = require(approach.link());
    driver = new SessionDriver(loop, open, gate, live, this::withSession, this::trim);
    trim(); // CONNECT has left: many connections never send much
    track().over(null);
    state.isLiveAt(approach.broker(), live.negotiated().sessionPresent());
    approach.arrived();
    require(authentication).connected(live);
    owner.live(this);
  }

  /** Gives back what the next packet can make anew. */
  private void trim() {
    require(approach.link()).trim();
    reader.trim();
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
    SessionDriver live = driver;
    if (live != null) {
      live.session().bytesReceived(length, readAt);
    }
    try {
      reader.feed(buffer, offset, length, this::packet);
    } finally {
      owner.handOver();
    }
  }

  private void packet(Packet packet) {
    SessionDriver live = driver;
    if (live != null) {
      live.session().onPacket(packet, readAt);
    } else {
      require(exchange).onPacket(packet, readAt);
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

  @Override
  public void reauthenticated() {
    require(authentication).reauthenticated();
    owner.reauthenticated();
  }

  /**
   * Runs {@code input} on the live session, then sends what it wrote; without a session, nothing.
   */
  void withSession(Consumer<Session> input) {
    SessionDriver live = driver;
    if (live != null) {
      step(() -> input.accept(live.session()));
    }
  }

  /** {@link #withSession} in a turn of its own: a session takes one input at a time. */
  void later(Consumer<Session> input) {
    require(driver).later(input);
  }

  /** Stops or resumes reading: the application does not keep up, or does again. */
  void pauseReading(boolean paused) {
    require(driver).pauseReading(paused);
  }

  /** AUTH 0x19: see {@link DeviceAuthentication#reauthenticate(Consumer)}. */
  void reauthenticate(Consumer<@Nullable MooringException> done) {
    require(authentication).reauthenticate(done);
  }

  /** AUTH 0x19 with another credential, which holds from now on. */
  void reauthenticate(EngineOptions next, Consumer<@Nullable MooringException> done) {
    require(authentication).reauthenticate(next, done);
  }

  /** The network may have changed: a broker that does not answer now is not waited for. */
  void probe() {
    withSession(live -> live.probe(PROBE_NANOS, loop.nowNanos()));
  }

  /**
   * The application is done with these messages. After the end of the connection that brought them
   * they are only marked: the acknowledgement goes out when the broker sends the message again.
   */
  void acknowledge(List<Acknowledgement> batch) {
    SessionDriver any = driver;
    if (any == null) {
      return;
    }
    if (over) {
      acknowledge(any.session(), batch);
    } else {
      withSession(live -> acknowledge(live, batch));
    }
  }

  private void acknowledge(Session any, List<Acknowledgement> batch) {
    long now = loop.nowNanos();
    batch.forEach(each -> any.acknowledge(each.publish(), each.reason(), now));
  }

  // --- steps ------------------------------------------------------------------------------------

  /**
   * Runs {@code step} unless the connection is over, and sends what it wrote; what it throws ends
   * the connection.
   */
  private void step(Runnable step) {
    if (over) {
      return;
    }
    try {
      step.run();
      afterStep();
    } catch (MooringException e) {
      fail(e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Ends this connection and at once, not the loop or after the deadline.
      fail(InternalFaultException.of(e));
    } finally {
      owner.handOver(); // what came behind CONNACK was held while the worker verified the broker
    }
  }

  private void afterStep() {
    Link open = approach.link();
    if (over || open == null) {
      return;
    }
    SessionDriver live = driver;
    if (live != null) {
      live.afterStep();
      return;
    }
    open.send();
    ConnectExchange pending = exchange;
    if (!over) {
      open.pauseReading(pending == null || !pending.wantsInput());
    }
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
    SessionDriver live = driver;
    if (!over && live != null) {
      try {
        live.session()
            .disconnect(
                request.reason(),
                request.sessionExpirySeconds(),
                request.reasonString(),
                request.userProperties(),
                loop.nowNanos());
      } catch (MooringException | IllegalArgumentException e) { // User Properties of 256 MiB, say
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

  @Override
  public void failed(MooringException cause) {
    if (over) {
      return;
    }
    boolean wasLive = driver != null;
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
    if (authentication != null) {
      authentication.end(cause);
    }
    if (driver != null) {
      driver.end(cause);
    }
  }

  private void deadlinePassed() {
    ConnectExchange pending = exchange;
    fail(approach.overdue(pending == null ? null : pending.phase()));
  }

  private static <T> T require(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("a step of connect() ran out of order");
    }
    return part;
  }
}
