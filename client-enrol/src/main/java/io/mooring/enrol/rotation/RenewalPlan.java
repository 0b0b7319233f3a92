package io.mooring.enrol.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to renew. Pure: time and chance come in.
 *
 * <p>A clock may be wrong and may jump. So the pause after an attempt counts however early or late
 * the clock says it is: a clock that was set back begins it anew, one that was set forward ends it
 * at most once. After a success there is a pause, too, for the case that the new certificate looks
 * expired to a clock that is ahead.
 */
final class RenewalPlan {
  /** The longest wait that a server may ask for. */
  static final Duration MAX_RETRY_AFTER = Duration.ofDays(1);

  /** Part of the new certificate's life that passes before it is renewed, whatever the clock. */
  private static final int QUIET_PART = 10;

  private static final int LAST_MINUTE_PART = 8;
  private static final int MAX_DOUBLINGS = 20;
  private static final double RETRY_JITTER = 0.5;

  private final RenewalPolicy policy;
  private final RandomGenerator random;

  RenewalPlan(RenewalPolicy policy, RandomGenerator random) {
    this.policy = policy;
    this.random = random;
  }

  /** When the certificate is to be renewed first. */
  Instant due(Term term) {
    double part = policy.fraction() + policy.jitter() * term.spread();
    return term.from().plusMillis((long) (term.life().toMillis() * part));
  }

  /**
   * How long to wait from now; zero if it is time.
   *
   * @param last null if nothing is remembered; see {@link #settled}
   */
  Duration untilNext(Term term, @Nullable RenewalRecord last, Instant now) {
    Instant present = later(now, term.from()); // it was issued, so that instant has been
    Duration untilDue = notNegative(Duration.between(present, due(term)));
    if (last == null || !last.certificate().equals(term.fingerprint())) {
      return untilDue;
    }
    Instant since = later(now, last.attempted());
    return longer(untilDue, notNegative(Duration.between(since, last.next())));
  }

  /** What to remember instead, if the clock has gone back behind the attempt. */
  static RenewalRecord settled(RenewalRecord last, Instant now) {
    return now.isBefore(last.attempted()) ? last.from(now) : last;
  }

  /**
   * What to remember of an attempt before it is made: as if it failed, since a crash in the middle
   * of it leaves this.
   */
  RenewalRecord attempting(Term term, @Nullable RenewalRecord last, Instant now) {
    int failures =
        last != null && last.certificate().equals(term.fingerprint()) ? last.failures() + 1 : 1;
    return new RenewalRecord(
        term.fingerprint(), now, now.plus(pause(term, failures, now)), failures);
  }

  /** The same, with the wait that the server asked for. */
  static RenewalRecord refused(RenewalRecord attempt, @Nullable Duration retryAfter) {
    if (retryAfter == null) {
      return attempt;
    }
    Duration pause = longer(attempt.pause(), shorter(retryAfter, MAX_RETRY_AFTER));
    return new RenewalRecord(
        attempt.certificate(),
        attempt.attempted(),
        attempt.attempted().plus(pause),
        attempt.failures());
  }

  /** What to remember after a success that brought {@code term}. */
  RenewalRecord renewed(Term term, Instant now) {
    Duration quiet = longer(policy.firstRetry(), term.life().dividedBy(QUIET_PART));
    return new RenewalRecord(term.fingerprint(), now, now.plus(quiet), 0);
  }

  private Duration pause(Term term, int failures, Instant now) {
    int doublings = Math.min(failures - 1, MAX_DOUBLINGS);
    Duration pause = shorter(policy.firstRetry().multipliedBy(1L << doublings), policy.lastRetry());
    Duration left = Duration.between(now, term.until());
    if (!left.isNegative()) {
      pause = shorter(pause, longer(policy.firstRetry(), left.dividedBy(LAST_MINUTE_PART)));
    }
    return pause.plusMillis((long) (pause.toMillis() * RETRY_JITTER * random.nextDouble()));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration notNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
