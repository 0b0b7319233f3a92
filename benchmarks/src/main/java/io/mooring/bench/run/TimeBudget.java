package io.mooring.bench.run;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a run may take, and each of its rows: a machine that is slow, or a client that hangs,
 * costs rounds and rows, not the evening.
 */
final class TimeBudget {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clock;
  private final long minutes;
  private final long start;
  private final long end;
  private final long rowNanos;

  private TimeBudget(LongSupplier clock, long minutes, long rowNanos) {
    this.clock = clock;
    this.minutes = minutes;
    this.start = clock.getAsLong();
    this.end = start + minutes * MINUTE;
    this.rowNanos = rowNanos;
  }

  /** What a run of that kind has, from now on by this clock of nanoseconds. */
  static TimeBudget of(boolean quick, LongSupplier clock) {
    return quick
        ? new TimeBudget(clock, 7, 40 * SECOND)
        : new TimeBudget(clock, 23, 130 * SECOND);
  }

  /** Whether no further row may begin. */
  boolean isOver() {
    return clock.getAsLong() - end >= 0;
  }

  /** In words. */
  String what() {
    return "the " + minutes + " minutes of the run";
  }

  /** How long it has taken by now. */
  String spent() {
    long seconds = (clock.getAsLong() - start) / SECOND;
    return seconds / 60 + " min " + seconds % 60 + " s, without building";
  }

  /** A row begins. */
  RowTime row() {
    return new RowTime(clock, clock.getAsLong(), rowNanos);
  }

  /**
   * The time of one row. After {@code nanos} no further round of it begins; what is under way after
   * twice as long is killed.
   */
  record RowTime(LongSupplier clock, long start, long nanos) {
    boolean isOver() {
      return clock.getAsLong() - start >= nanos;
    }

    /** How long something that begins now may take. */
    long leftNanos() {
      return Math.max(SECOND, start + 2 * nanos - clock.getAsLong());
    }

    /** In words. */
    String what() {
      return "the " + nanos / SECOND + " s of a row, and as long again, are over";
    }
  }
}
