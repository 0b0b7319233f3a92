package io.mooring.internal.engine;

import io.mooring.RateLimit;

/**
 * A token bucket in the form of the Generic Cell Rate Algorithm: one instant instead of a count, so
 * that nothing has to be topped up. Time is {@link System#nanoTime}, which may be negative and wrap
 * round. Not thread-safe.
 */
final class TokenBucket {
  private final long nanosPerToken;
  private final long slackNanos;

  /** When the bucket is full again. */
  private long fullAt;

  /** A full bucket. */
  TokenBucket(RateLimit limit, long nowNanos) {
    // Rounded up: never faster than was asked for.
    this.nanosPerToken = -Math.floorDiv(-limit.period().toNanos(), limit.messages());
    this.slackNanos = (limit.burst() - 1) * nanosPerToken;
    this.fullAt = nowNanos;
  }

  /** Takes a token and returns 0, or returns the nanoseconds until there is one. */
  long take(long nowNanos) {
    if (fullAt - nowNanos < 0) {
      fullAt = nowNanos;
    }
    long wait = fullAt - nowNanos - slackNanos;
    if (wait > 0) {
      return wait;
    }
    fullAt += nanosPerToken;
    return 0;
  }
}
