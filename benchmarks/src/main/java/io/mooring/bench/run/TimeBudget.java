package io.mooring.bench.run;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a run may take, and each of its rows: a machine that is slow, or a client that hangs,
 * costs rounds and rows, not the evening.
 */
final class TimeBudget {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  /** What is under way when the run's time is up has so much more. */
  private static final long GRACE = TimeUnit.SECONDS.toNanos(30);

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clock;
  private final long minutes;
  private final long start;
  private final long end;
  private final long rowNanos;
  private final long stepNanos;

  private TimeBudget(LongSupplier clock, long minutes, long rowNanos, long stepNanos) {
    this.clock = clock;
    this.minutes = minutes;
    this.start = clock.getAsLong();
    this.end = start + minutes * MINUTE;
    this.rowNanos = rowNanos;
    this.stepNanos = stepNanos;
  }

  /** What a run of that kind has, from now on by this clock of nanoseconds. */
  static TimeBudget of(boolean quick, LongSupplier clock) {
    return quick
        ? new TimeBudget(clock, 7, 45 * SECOND, 40 * SECOND)
        : new TimeBudget(clock, 52, 400 * SECOND, 60 * SECOND);
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
    return new RowTime(clock, clock.getAsLong() + rowNanos, stepNanos, end + GRACE);
  }

  /**
   * The time of one row.
   *
   * @param end when no further round of it begins
   * @param stepNanos how long one client may take for one thing
   * @param last when nothing may be under way any more
   */
  record RowTime(LongSupplier clock, long end, long stepNanos, long last) {
    boolean isOver() {
      return clock.getAsLong() - end >= 0;
    }

    /** How long something that begins now may take. */
    long leftNanos() {
      return Math.max(SECOND, Math.min(stepNanos, last - clock.getAsLong()));
    }

    /** In words, after {@link #leftNanos} have passed. */
    String what() {
      return last - clock.getAsLong() > 0
          ? "it took longer than " + stepNanos / SECOND + " s"
          : "the time of the run was over";
    }
  }
}
