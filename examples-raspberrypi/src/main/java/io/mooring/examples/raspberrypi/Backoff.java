package io.mooring.examples.raspberrypi;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Full-jitter back-off: each delay is drawn evenly from zero to a bound that doubles with every
 * failure, so that a thousand devices that lost one broker do not come back at one moment.
 */
final class Backoff {
  private final long firstMillis;
  private final long longestMillis;
  private final RandomGenerator random;
  private long boundMillis;

  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.firstMillis = first.toMillis();
    this.longestMillis = longest.toMillis();
    this.random = random;
    this.boundMillis = firstMillis;
  }

  /** How long to wait before the next attempt: at least 1 ms. */
  Duration next() {
    Duration delay = Duration.ofMillis(random.nextLong(1, boundMillis + 1));
    boundMillis = Math.min(longestMillis, boundMillis * 2);
    return delay;
  }

  /** After a success the bound starts anew. */
  void reset() {
    boundMillis = firstMillis;
  }
}
