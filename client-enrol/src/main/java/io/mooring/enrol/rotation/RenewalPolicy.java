package io.mooring.enrol.rotation;

import java.time.Duration;

/**
 * When a certificate is renewed. Immutable; every method returns a new policy.
 *
 * <p>The time is counted in the life of the certificate, from its first to its last instant, so
 * that one policy fits a day as well as ten years.
 */
public final class RenewalPolicy {
  /** At two thirds of the life, give or take a twentieth; retried from 1 min to 12 h apart. */
  public static final RenewalPolicy DEFAULT =
      new RenewalPolicy(
          2.0 / 3.0, 0.05, Duration.ofMinutes(1), Duration.ofHours(12), Duration.ofMinutes(2));

  private static final double MIN_FRACTION = 0.1;
  private static final double MAX_FRACTION = 0.85;
  private static final double MAX_JITTER = 0.1;
  private static final Duration MIN_RETRY = Duration.ofSeconds(1);
  private static final Duration MAX_RETRY = Duration.ofDays(7);

  private final double fraction;
  private final double jitter;
  private final Duration firstRetry;
  private final Duration lastRetry;
  private final Duration patience;

  private RenewalPolicy(
      double fraction, double jitter, Duration firstRetry, Duration lastRetry, Duration patience) {
    this.fraction = fraction;
    this.jitter = jitter;
    this.firstRetry = firstRetry;
    this.lastRetry = lastRetry;
    this.patience = patience;
  }

  /**
   * Which part of the life passes before the first attempt: 0.1 to 0.85, two thirds by default.
   *
   * @throws IllegalArgumentException if it is outside the range
   */
  public RenewalPolicy at(double part) {
    if (!(part >= MIN_FRACTION && part <= MAX_FRACTION)) {
      throw new IllegalArgumentException("at " + part + " of the life is outside 0.1 to 0.85");
    }
    return new RenewalPolicy(part, jitter, firstRetry, lastRetry, patience);
  }

  /**
   * By which part of the life the first attempt comes earlier or later, so that a fleet that was
   * made in one night does not renew in one night: 0 to 0.1, 0.05 by default. It is taken from the
   * certificate's own fingerprint, so a restart does not draw it anew.
   *
   * @throws IllegalArgumentException if it is outside the range
   */
  public RenewalPolicy jitter(double part) {
    if (!(part >= 0 && part <= MAX_JITTER)) {
      throw new IllegalArgumentException("a jitter of " + part + " is outside 0 to 0.1");
    }
    return new RenewalPolicy(fraction, part, firstRetry, lastRetry, patience);
  }

  /**
   * How far apart attempts are after failures: {@code first}, then twice as long each time up to
   * {@code last}, but an eighth of what is left of the life at most, and up to half as much again
   * at random. Default: 1 min and 12 h. If the server names a longer wait (Retry-After), that
   * counts, up to a day.
   *
   * @throws IllegalArgumentException if one is outside 1 s to 7 days, or {@code last} is the
   *     shorter one
   */
  public RenewalPolicy retry(Duration first, Duration last) {
    if (first.compareTo(MIN_RETRY) < 0
        || last.compareTo(MAX_RETRY) > 0
        || last.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "retry from " + first + " to " + last + " is outside 1 s to 7 days, or out of order");
    }
    return new RenewalPolicy(fraction, jitter, first, last, patience);
  }

  /**
   * How long an attempt waits for a live connection, and how long for the broker to take the new
   * certificate: 1 s to 7 days, 2 min each by default.
   *
   * @throws IllegalArgumentException if it is outside the range
   */
  public RenewalPolicy patience(Duration wanted) {
    if (wanted.compareTo(MIN_RETRY) < 0 || wanted.compareTo(MAX_RETRY) > 0) {
      throw new IllegalArgumentException("patience " + wanted + " is outside 1 s to 7 days");
    }
    return new RenewalPolicy(fraction, jitter, firstRetry, lastRetry, wanted);
  }

  double fraction() {
    return fraction;
  }

  double jitter() {
    return jitter;
  }

  Duration firstRetry() {
    return firstRetry;
  }

  Duration lastRetry() {
    return lastRetry;
  }

  Duration patience() {
    return patience;
  }

  /** Every option. */
  @Override
  public String toString() {
    return "RenewalPolicy[at "
        + fraction
        + ", jitter "
        + jitter
        + ", retry "
        + firstRetry
        + " to "
        + lastRetry
        + ", patience "
        + patience
        + "]";
  }
}
