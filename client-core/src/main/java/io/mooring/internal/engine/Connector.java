package io.mooring.internal.engine;

import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.ReasonCode;
import io.mooring.Rotation;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MooringException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.Session;
import io.mooring.internal.session.SessionState;
import io.mooring.internal.telemetry.Log;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's connections, one at a time: makes them, goes on after a loss as {@link RetryPlan}
 * says, tells the application where it stands, and ends them. Confined to the event loop.
 */
final class Connector implements Connection.Owner, FailBack.Owner {
  /** The longest that a farewell before fail-back may take. */
  private static final long MOVE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** One for all: each of its own costs a look through the security providers. */
  private static final SecureRandom RANDOM = new SecureRandom();

  private final EventLoop loop;
  private final SessionState session;
  private final Receipts receipts;
  private final Listener listener;
  private final Telemetry telemetry;
  private final AttemptLog log;
  private final RetryPlan plan;
  private final FailBack failBack;

  /** What connections are made of; replaced once a trial has held. */
  private EngineOptions options;

  private @Nullable Trial trial;

  /** Who asked for a connection by {@code connect()}, and how many other brokers are left to it. */
  private final List<CompletableFuture<ConnectionInfo>> connecting = new ArrayList<>(1);

  private int brokersLeft;

  /** Who waits for as long as it takes. */
  private final List<CompletableFuture<ConnectionInfo>> awaiting = new ArrayList<>(1);

  /** True while a connection is wanted, and sought by itself once it is lost. */
  private boolean wanted;

  /** Set while the client has given up. */
  private @Nullable MooringException stoppedBy;

  private @Nullable Connection connection;
  private @Nullable ConnectionInfo info;
  private EventLoop.@Nullable Timer nextAttempt;
  private long attemptedAt;

  /** The network has changed during an attempt: if that fails, the next one comes at once. */
  private boolean hurried;

  private volatile ConnectionState state = new ConnectionState.Disconnected(null);

  /**
   * A rotation that is being tried.
   *
   * @param next what it is tried with
   * @param result who waits to hear whether it held
   */
  private record Trial(EngineOptions next, CompletableFuture<ConnectionInfo> result) {}

  /** What the rest of the engine hears. */
  interface Listener {
    /** A session is live. */
    void connected(Connection live, boolean sessionPresent);

    /** A message came. */
    void message(Connection from, InboundPublish message);

    /** So far the messages of one piece of the stream; more may follow. */
    void handOver();
  }

  Connector(
      EngineOptions options,
      EventLoop loop,
      SessionState session,
      Receipts receipts,
      Telemetry telemetry,
      Listener listener) {
    this.options = options;
    this.loop = loop;
    this.session = session;
    this.receipts = receipts;
    this.listener = listener;
    this.telemetry = telemetry;
    this.log = new AttemptLog(loop);
    this.plan = new RetryPlan(options.dialling(), RANDOM);
    this.failBack = new FailBack(loop, plan, telemetry, this);
    this.attemptedAt = loop.nowNanos() - options.dialling().reconnect().base().toNanos();
  }

  /** The connection whose session is live, or null. */
  @Nullable Connection live() {
    return info == null ? null : connection;
  }

  /** The connection, live or being made, or null. */
  @Nullable Connection current() {
    return connection;
  }

  /** Where the client stands. Any thread. */
  ConnectionState state() {
    return state;
  }

  /** Runs {@code input} on the live session, if there is one, and sends what it wrote. */
  void withSession(Consumer<Session> input) {
    Connection current = connection;
    if (current != null) {
      current.withSession(input);
    }
  }

  // --- what the application asks for ------------------------------------------------------------

  /** Connects now, joins an attempt under way, or answers with the live connection's facts. */
  void connect(CompletableFuture<ConnectionInfo> result) {
    if (answeredByLive(result)) {
      return;
    }
    if (connecting.isEmpty()) {
      if (!wanted && connection == null) {
        resume();
      }
      brokersLeft = plan.round() - 1;
    }
    connecting.add(result);
    if (connection == null) {
      attempt();
    }
  }

  /** Seeks a connection from now on, whatever the network does. */
  void start() {
    if (wanted) {
      return;
    }
    wanted = true;
    if (connection == null) {
      resume();
      attempt();
    }
  }

  /** Answers with the next live connection's facts, however many attempts it takes. */
  void await(CompletableFuture<ConnectionInfo> result) {
    if (answeredByLive(result)) {
      return;
    }
    MooringException gaveUp = stoppedBy;
    if (gaveUp != null) {
      receipts.add(() -> result.completeExceptionally(gaveUp));
    } else if (!wanted && connection == null) {
      throw new IllegalStateException("nothing seeks a connection; call start() or connect()");
    } else {
      awaiting.add(result);
    }
  }

  /** The network may have changed: looks now whether the connection lives, or can be made. */
  void retryNow() {
    Connection current = connection;
    if (info != null && current != null) {
      current.probe();
    } else if (current != null) {
      hurried = true;
    } else if (wanted) {
      attemptSoon();
    } else if (stoppedBy != null) {
      wanted = true;
      resume();
      attemptSoon();
    }
  }

  private boolean answeredByLive(CompletableFuture<ConnectionInfo> result) {
    ConnectionInfo live = info;
    if (live != null) {
      receipts.add(() -> result.complete(live));
    }
    return live != null;
  }

  private void resume() {
    stoppedBy = null;
    plan.resume();
  }

  // --- attempts ---------------------------------------------------------------------------------

  private void attempt() {
    cancelTimer();
    hurried = false;
    attemptedAt = loop.nowNanos();
    Trial trying = trial;
    EngineOptions material = trying == null ? options : trying.next();
    String id = telemetry.nextAttempt();
    telemetry.attempting(id);
    Connection attempt = new Connection(id, loop, material, plan.endpoint(), session, this);
    connection = attempt;
    tellConnecting();
    attempt.open();
  }

  private void tellConnecting() {
    boolean told =
        state instanceof ConnectionState.Connecting connecting
            && connecting.broker().equals(plan.endpoint());
    if (!told) {
      tell(new ConnectionState.Connecting(plan.endpoint()));
    }
  }

  /** At once, but not twice within the first back-off: a flapping network must not hammer. */
  private void attemptSoon() {
    cancelTimer();
    nextAttempt = loop.schedule(soonest(), this::attempt);
  }

  private long soonest() {
    return attemptedAt + options.dialling().reconnect().base().toNanos();
  }

  private void cancelTimer() {
    EventLoop.Timer timer = nextAttempt;
    nextAttempt = null;
    if (timer != null) {
      timer.cancel();
    }
  }

  @Override
  public void live(Connection live) {
    ConnectionInfo facts = live.info();
    info = facts;
    hurried = false;
    wanted = options.dialling().reconnect().isAutomatic();
    plan.connected(loop.nowNanos());
    trialHeld(facts);
    log.connected(live.track(), live.endpoint());
    telemetry.connected(live, facts);
    tell(new ConnectionState.Connected(facts));
    settle(connecting, future -> future.complete(facts));
    settle(awaiting, future -> future.complete(facts));
    listener.connected(live, facts.sessionPresent());
    if (wanted) {
      failBack.lookLater();
    }
  }

  @Override
  public void message(Connection from, InboundPublish message) {
    listener.message(from, message);
  }

  @Override
  public void handOver() {
    listener.handOver();
  }

  @Override
  public void ended(Connection ended, MooringException cause) {
    failBack.stop();
    over(ended, cause);
    if (goesBack(cause)) {
      return;
    }
    RetryPlan.Retry retry = plan.failed(cause, loop.nowNanos());
    if (retry != null && goesOnForCallers(retry)) {
      attempt();
      return;
    }
    settle(connecting, future -> future.completeExceptionally(cause));
    if (!wanted) {
      giveUp(cause, new ConnectionState.Disconnected(cause));
    } else if (retry == null) {
      wanted = false;
      stoppedBy = cause;
      log.gaveUp(ended.attempt(), cause);
      telemetry.gaveUp(ended.attempt(), cause);
      giveUp(cause, new ConnectionState.Stopped(cause));
    } else {
      waitFor(retry, cause);
    }
  }

  @Override
  public void reauthenticated() {
    telemetry.reauthenticated();
  }

  /** {@code gone} is the connection no more; {@code cause} is null if this client ended it. */
  private void over(Connection gone, @Nullable MooringException cause) {
    boolean wasLive = info != null;
    connection = null;
    info = null;
    if (wasLive) {
      Duration lasted = Duration.ofNanos(gone.track().sinceOver());
      log.ended(gone.track(), lasted, cause);
      telemetry.ended(gone, lasted, cause);
    } else if (cause != null) {
      log.failed(gone.track(), cause);
      telemetry.failed(gone, cause);
    }
  }

  /** A connect() tries each broker once, without a delay, before it tells its caller. */
  private boolean goesOnForCallers(RetryPlan.Retry retry) {
    if (connecting.isEmpty() || retry.next() == RetryPlan.Next.SAME) {
      return false;
    }
    return retry.next() == RetryPlan.Next.REFERRED || brokersLeft-- > 0;
  }

  private void giveUp(MooringException cause, ConnectionState end) {
    settle(awaiting, future -> future.completeExceptionally(cause));
    tell(end);
  }

  private void waitFor(RetryPlan.Retry retry, MooringException cause) {
    long now = loop.nowNanos();
    long due = hurried ? Math.max(0, soonest() - now) : retry.delayNanos();
    nextAttempt = loop.schedule(now + due, this::attempt);
    Duration delay = Duration.ofNanos(due);
    log.retrying(telemetry.attempt(), delay, plan.endpoint(), plan.failures());
    telemetry.retrying(delay, plan.endpoint(), plan.failures());
    tell(new ConnectionState.Waiting(cause, delay, plan.endpoint(), plan.failures()));
  }

  @Override
  public EngineOptions options() {
    return options;
  }

  @Override
  public void betterFound() {
    Connection live = live();
    if (live == null) {
      return;
    }
    over(live, null);
    plan.left();
    tellConnecting();
    // Meanwhile a timer like any other: connect() or disconnect() may come first.
    EventLoop.Timer moving = loop.schedule(loop.nowNanos() + MOVE_NANOS, this::attempt);
    nextAttempt = moving;
    live.disconnect(
        DisconnectRequest.of(ReasonCode.SUCCESS),
        () -> {
          if (nextAttempt == moving) {
            attempt();
          }
        });
  }

  private void settle(
      List<CompletableFuture<ConnectionInfo>> futures,
      Consumer<CompletableFuture<ConnectionInfo>> how) {
    List<CompletableFuture<ConnectionInfo>> waiting = List.copyOf(futures);
    futures.clear();
    waiting.forEach(future -> receipts.add(() -> how.accept(future)));
  }

  // --- rotation ---------------------------------------------------------------------------------

  /**
   * Tries other material: in place by re-authentication where only an enhanced credential changes,
   * else over a new connection in the place of this one. The session and all that waits in it stay.
   *
   * @throws IllegalStateException without a live connection, or while another rotation is tried
   * @throws IllegalArgumentException if it changes who the device is
   */
  void rotate(Rotation rotation, CompletableFuture<ConnectionInfo> result) {
    Connection live = live();
    ConnectionInfo facts = info;
    if (live == null || facts == null) {
      throw new IllegalStateException(
          "a rotation is tried over a live connection, and there is none; try again once connected");
    }
    if (trial != null) {
      throw new IllegalStateException("another rotation is being tried; wait for its stage");
    }
    EngineOptions next = options.with(rotation);
    boolean inPlace =
        rotation.tls() == null && rotation.identity() == null && next.authenticator() != null;
    if (inPlace) {
      live.reauthenticate(next, failure -> reauthenticated(failure, facts));
      trial = new Trial(next, result);
    } else {
      trial = new Trial(next, result);
      failBack.stop();
      over(live, null);
      tell(new ConnectionState.Connecting(plan.endpoint()));
      live.disconnect(DisconnectRequest.of(ReasonCode.SUCCESS), this::tryOnNewConnection);
    }
  }

  private void reauthenticated(@Nullable MooringException failure, ConnectionInfo facts) {
    if (failure == null) { // else the connection ends as well, and that goes back
      trialHeld(facts);
    }
  }

  /** The old connection has said goodbye; meanwhile the application may have, too. */
  private void tryOnNewConnection() {
    if (trial != null && connection == null && nextAttempt == null) {
      attempt();
    }
  }

  private void trialHeld(ConnectionInfo facts) {
    Trial held = trial;
    trial = null;
    if (held != null) {
      options = held.next();
      telemetry.rotated(null);
      receipts.add(() -> held.result().complete(facts));
    }
  }

  /** True if a trial failed with this connection: the next one is made as before the trial. */
  private boolean goesBack(MooringException cause) {
    Trial failed = trial;
    trial = null;
    if (failed == null) {
      return false;
    }
    receipts.add(() -> failed.result().completeExceptionally(cause));
    telemetry.rotated(cause);
    Log.ROTATION.log(
        System.Logger.Level.WARNING,
        "A rotation failed, and what was used before is used again: {0}",
        cause.getMessage());
    attempt();
    return true;
  }

  // --- disconnect -------------------------------------------------------------------------------

  /**
   * Ends the connection, if there is one, and seeks none; {@code cause} is for those who wait for
   * it to be made.
   */
  void leave(DisconnectRequest request, ClientClosedException cause, Runnable done) {
    Connection current = connection;
    boolean seeking = nextAttempt != null || stoppedBy != null || trial != null;
    hurried = false;
    wanted = false;
    stoppedBy = null;
    cancelTimer();
    failBack.stop();
    if (current == null) {
      done.run();
    } else {
      over(current, null);
      plan.left();
      current.disconnect(request, done);
    }
    settle(connecting, future -> future.completeExceptionally(cause));
    settle(awaiting, future -> future.completeExceptionally(cause));
    Trial abandoned = trial;
    trial = null;
    if (abandoned != null) {
      receipts.add(() -> abandoned.result().completeExceptionally(cause));
    }
    if (current != null || seeking) {
      tell(new ConnectionState.Disconnected(null));
    }
  }

  /** Tells the application's listener, off the loop. */
  void tell(ConnectionState now) {
    state = now;
    receipts.add(
        () -> {
          try {
            options.listener().stateChanged(now);
          } catch (RuntimeException e) { // the application's own; it must not end this lane
            Log.CALLBACK.log(System.Logger.Level.WARNING, "A connection listener threw", e);
          }
        });
  }
}
