package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.error.MooringException;
import io.mooring.internal.net.Errands;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.telemetry.FlightAttempt;
import io.mooring.internal.telemetry.FlightGate;
import io.mooring.internal.telemetry.SecretLog;
import io.mooring.internal.tls.HandshakeWatch;
import io.mooring.telemetry.ConnectionPhase;
import io.mooring.telemetry.ConnectionTimes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long the phases of one connection attempt take. A few words of memory and a clock reading a
 * phase; everything else is made when somebody asks. Thread-safe: the path is checked on the
 * worker.
 */
final class AttemptTrack implements HandshakeWatch {
  private static final int PHASES = ConnectionPhase.values().length;

  private final String id;
  private final EventLoop loop;
  private final Errands errands;
  private final long begunAt;

  /** When a phase began, by {@link #ownNanos}. */
  private final long[] beganAt = new long[PHASES];

  private final long[] took = new long[PHASES];
  private final @Nullable FlightAttempt flight;
  private final @Nullable SecretLog secrets;
  private int open;
  private int seen;
  private ConnectionPhase latest = ConnectionPhase.DNS;
  private boolean over;
  private long overAt;
  private long queuedAtEnd;

  AttemptTrack(
      String id, Endpoint broker, EventLoop loop, Errands errands, @Nullable SecretLog secrets) {
    this.secrets = secrets;
    this.id = id;
    this.loop = loop;
    this.errands = errands;
    this.begunAt = loop.nowNanos();
    this.flight = FlightGate.begin(id, broker);
  }

  /** The attempt's identifier, such as {@code meter-0042#17}. */
  String id() {
    return id;
  }

  /** {@code phase} begins. */
  synchronized void begin(ConnectionPhase phase) {
    int index = at(phase);
    beganAt[index] = ownNanos();
    open |= 1 << index;
    seen |= 1 << index;
    latest = phase;
    if (flight != null) {
      flight.begin(phase);
    }
  }

  /** {@code phase} is over; without effect if it has not begun. */
  void end(ConnectionPhase phase) {
    end(phase, phase);
  }

  /** {@code phase} is over, and the time belongs to {@code as}. */
  synchronized void end(ConnectionPhase phase, ConnectionPhase as) {
    end(phase, as, true);
  }

  private void end(ConnectionPhase phase, ConnectionPhase as, boolean succeeded) {
    int bit = 1 << at(phase);
    if ((open & bit) == 0) {
      return;
    }
    open &= ~bit;
    seen |= 1 << at(as);
    took[at(as)] += ownNanos() - beganAt[at(phase)];
    if (flight != null) {
      flight.end(phase, as, succeeded);
    }
  }

  /** A clock that stands still while the attempt waits for the worker. */
  private long ownNanos() {
    return loop.nowNanos() - errands.waitedNanos();
  }

  @Override
  public void pathCheckBegins() {
    begin(ConnectionPhase.PATH_CHECK);
  }

  @Override
  public @Nullable SecretLog secrets() {
    return secrets;
  }

  @Override
  public void pathCheckEnds() {
    end(ConnectionPhase.PATH_CHECK);
  }

  /** The attempt succeeded, or failed by {@code cause}. Once; later calls have no effect. */
  synchronized void over(@Nullable MooringException cause) {
    if (over) {
      return;
    }
    for (ConnectionPhase phase : ConnectionPhase.values()) {
      if ((open & (1 << at(phase))) != 0) {
        if (phase != ConnectionPhase.PREPARATION || open == 1 << at(phase)) {
          latest = phase; // it goes on beside TCP, and has ended that where it is what failed
        }
        end(phase, phase, cause == null);
      }
    }
    over = true;
    overAt = loop.nowNanos();
    queuedAtEnd = took[at(ConnectionPhase.TURN)] + errands.waitedNanos();
    if (flight != null) {
      flight.end(queuedAtEnd, cause == null ? null : cause.getClass().getName());
    }
  }

  /** The phase that it failed in. */
  synchronized ConnectionPhase during() {
    return latest;
  }

  /** How long the session has been live, in nanoseconds; of an attempt that succeeded. */
  synchronized long sinceOver() {
    return loop.nowNanos() - overAt;
  }

  /** What was measured, of an attempt that is over. */
  synchronized ConnectionTimes times() {
    Map<ConnectionPhase, Duration> phases = new EnumMap<>(ConnectionPhase.class);
    for (ConnectionPhase phase : ConnectionPhase.values()) {
      if (phase != ConnectionPhase.TURN && (seen & (1 << at(phase))) != 0) {
        phases.put(phase, Duration.ofNanos(Math.max(0, own(phase))));
      }
    }
    return new ConnectionTimes(
        phases, Duration.ofNanos(queuedAtEnd), Duration.ofNanos(overAt - begunAt));
  }

  @SuppressWarnings("EnumOrdinal") // an index into the arrays of this class, and kept nowhere else
  private static int at(ConnectionPhase phase) {
    return phase.ordinal();
  }

  /** The check of the path happens within the handshake. */
  private long own(ConnectionPhase phase) {
    long all = took[at(phase)];
    return phase == ConnectionPhase.TLS ? all - took[at(ConnectionPhase.PATH_CHECK)] : all;
  }
}
