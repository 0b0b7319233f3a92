package io.mooring.internal.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Full-jitter exponential back-off: a delay is drawn evenly from zero to a bound, and the bound
 * doubles from base to cap. Pure.
 */
final class BackOff {
  private final long baseNanos;
  private final long capNanos;
  private final RandomGenerator random;
  private long boundNanos;

  BackOff(Duration base, Duration cap, RandomGenerator random) {
    this.baseNanos = base.toNanos();
    this.capNanos = cap.toNanos();
    this.random = random;
    this.boundNanos = baseNanos;
  }

  /** A delay under the present bound, in nanoseconds. */
  long drawNanos() {
    return random.nextLong(boundNanos + 1);
  }

  /** A delay of {@code floorNanos} or more, and less than twice that. */
  long drawFromNanos(long floorNanos) {
    return floorNanos + random.nextLong(floorNanos);
  }

  /** A delay about as long as {@code nanos}: half to one and a half times. */
  long drawAboutNanos(long nanos) {
    return nanos / 2 + random.nextLong(nanos + 1);
  }

  /** Doubles the bound, up to the cap. */
  void grow() {
    boundNanos = boundNanos > capNanos / 2 ? capNanos : boundNanos * 2;
  }

  /** The bound starts anew. */
  void reset() {
    boundNanos = baseNanos;
  }
}
