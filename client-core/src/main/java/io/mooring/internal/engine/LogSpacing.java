package io.mooring.internal.engine;

import java.util.concurrent.TimeUnit;

/** Keeps a flood out of the log: says once in 10 s how often something happened. Thread-safe. */
final class LogSpacing {
  static final long NANOS = TimeUnit.SECONDS.toNanos(10);

  private long unsaid;
  private boolean said;
  private long saidAt;

  /** It happened once more: how often since it was last said, or 0 if it is not time to say it. */
  synchronized long occurred(long nowNanos) {
    unsaid++;
    if (said && nowNanos - saidAt < NANOS) {
      return 0;
    }
    long count = unsaid;
    unsaid = 0;
    said = true;
    saidAt = nowNanos;
    return count;
  }
}
