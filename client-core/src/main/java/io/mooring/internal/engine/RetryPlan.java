package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.ReasonCode;
import io.mooring.Reconnect;
import io.mooring.error.MooringException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When and where the next attempt goes. A pure machine: failures and time in, decisions out; no
 * timer, no thread.
 */
final class RetryPlan {
  /** The least delay after a failure that passes, but not soon. */
  static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The least delay after the first take-over; each further one doubles it. */
  static final long TAKE_OVER_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** So many take-overs in a row, and the client leaves the field to the other one. */
  static final int TAKE_OVERS = 4;

  /** A connection that lasted so long without a take-over ends the row of them. */
  static final long TAKE_OVER_CALM_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** So many Server References are followed in a row without the back-off growing. */
  static final int REFERENCES = 4;

  private final EndpointRing ring;
  private final BackOff backOff;
  private final long stableNanos;
  private final boolean followReference;
  private final Map<Endpoint, Integer> notAuthorized = new HashMap<>();
  private boolean live;
  private long liveSince;
  private int failures;
  private int takeOvers;
  private int references;

  /**
   * What comes after a failure.
   *
   * @param delayNanos before the next attempt
   * @param next whom it goes to
   */
  record Retry(long delayNanos, Next next) {}

  /** Whom the next attempt goes to. */
  enum Next {
    /** The broker that failed: who asked for a connection hears of it. */
    SAME,
    /** Another one of the round, which may do without a delay for who waits. */
    OTHER,
    /** One that the broker referred to, likewise. */
    REFERRED
  }

  RetryPlan(Dialling dialling, RandomGenerator random) {
    Reconnect policy = dialling.reconnect();
    this.ring = new EndpointRing(dialling.brokers());
    this.backOff = new BackOff(policy.base(), policy.cap(), random);
    this.stableNanos = policy.stableAfter().toNanos();
    this.followReference = dialling.followServerReference();
  }

  /** Where the next attempt goes, or, during one, where it goes to. */
  Endpoint endpoint() {
    return ring.current();
  }

  /** How many brokers one round takes. */
  int round() {
    return ring.usable();
  }

  /** Attempts and connections that failed since the last stable one. */
  int failures() {
    return failures;
  }

  /** A more preferred broker than the one connected to, or null. */
  @Nullable Endpoint better() {
    return ring.better();
  }

  /** A delay of about {@code nanos}, of its own for each device. */
  long about(long nanos) {
    return backOff.drawAboutNanos(nanos);
  }

  /** The attempt succeeded. */
  void connected(long nowNanos) {
    live = true;
    liveSince = nowNanos;
  }

  /** The connection ended in good order, to look for a better broker or none. */
  void left() {
    live = false;
    ring.toPreferred();
  }

  /** The application wants it tried anew: nothing that happened counts any more. */
  void resume() {
    ring.restore();
    notAuthorized.clear();
    takeOvers = 0;
    forgive();
  }

  private void forgive() {
    failures = 0;
    references = 0;
    backOff.reset();
  }

  /**
   * The attempt failed, or the connection was lost.
   *
   * @return null if no retry cures it
   */
  @Nullable Retry failed(MooringException cause, long nowNanos) {
    boolean wasStable = endLife(nowNanos);
    failures++;
    if (refer(cause)) {
      return new Retry(backOff.drawNanos(), references <= REFERENCES ? Next.REFERRED : Next.SAME);
    }
    return switch (Verdict.of(cause)) {
      case RETRY -> next(wasStable, 0);
      case RETRY_SLOWLY -> next(wasStable, SLOW_NANOS);
      case ONCE_MORE ->
          notAuthorized.merge(ring.current(), 1, Integer::sum) > 1
              ? setAside()
              : next(false, SLOW_NANOS);
      case TAKEN_OVER -> takenOver();
      case SET_ASIDE -> setAside();
      case STOP -> null;
    };
  }

  /** True if a connection ended that had lasted: what failed before it is forgiven. */
  private boolean endLife(long nowNanos) {
    boolean wasStable = live && nowNanos - liveSince >= stableNanos;
    if (live && nowNanos - liveSince >= TAKE_OVER_CALM_NANOS) {
      takeOvers = 0;
    }
    live = false;
    if (wasStable) {
      notAuthorized.clear();
      forgive();
    }
    return wasStable;
  }

  /** Another broker is worth a try soon; the same one after {@code floorNanos}. */
  private Retry next(boolean wasStable, long floorNanos) {
    Endpoint failed = ring.current();
    boolean roundComplete;
    if (wasStable) {
      ring.toPreferred();
      roundComplete = ring.usable() == 1;
    } else {
      roundComplete = ring.advance();
    }
    Retry retry = retry(failed, floorNanos);
    if (roundComplete) {
      backOff.grow();
    }
    return retry;
  }

  private Retry retry(Endpoint failed, long floorNanos) {
    boolean elsewhere = !ring.current().equals(failed);
    return new Retry(
        (elsewhere ? 0 : floorNanos) + backOff.drawNanos(), elsewhere ? Next.OTHER : Next.SAME);
  }

  private @Nullable Retry setAside() {
    ring.setAside();
    boolean anyLeft = ring.usable() > 0;
    return anyLeft ? next(false, 0) : null;
  }

  private @Nullable Retry takenOver() {
    takeOvers++;
    return takeOvers >= TAKE_OVERS
        ? null
        : new Retry(backOff.drawFromNanos(TAKE_OVER_NANOS << (takeOvers - 1)), Next.SAME);
  }

  private boolean refer(MooringException cause) {
    ReasonCode reason = Verdict.reason(cause);
    String reference = Verdict.serverReference(cause);
    boolean moved = reason == ReasonCode.SERVER_MOVED;
    if (!followReference
        || reference == null
        || !(moved || reason == ReasonCode.USE_ANOTHER_SERVER)) {
      return false;
    }
    if (!ring.refer(ServerReference.parse(reference), moved)) {
      return false;
    }
    references++;
    if (references > REFERENCES) {
      backOff.grow();
    }
    return true;
  }
}
