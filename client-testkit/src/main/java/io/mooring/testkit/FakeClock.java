package io.mooring.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * A wall clock and a monotonic clock that move only when told. Safe for use by several threads.
 *
 * <p>{@link #advance} moves both, as time does. {@link #setWallClock} moves the wall clock alone,
 * as NTP or a board without a battery does.
 */
public final class FakeClock extends Clock {
  private final State state;
  private final ZoneId zone;

  private FakeClock(State state, ZoneId zone) {
    this.state = state;
    this.zone = zone;
  }

  /** A clock that stands at the given instant, UTC; its nano time stands at 0. */
  public static FakeClock at(Instant start) {
    return new FakeClock(new State(start), ZoneOffset.UTC);
  }

  /** A clock that stands at the real time of this call. */
  public static FakeClock atNow() {
    return at(Instant.now());
  }

  /**
   * Moves wall clock and nano time forward.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "advance(" + duration + "): a monotonic clock does not go back; use setWallClock");
    }
    synchronized (state) {
      state.wall = state.wall.plus(duration);
      state.nanos += duration.toNanos();
    }
  }

  /** Sets the wall clock, forward or back; nano time stays. */
  public void setWallClock(Instant instant) {
    synchronized (state) {
      state.wall = instant;
    }
  }

  /** The monotonic time in nanoseconds, in the manner of {@link System#nanoTime()}. */
  public long nanoTime() {
    synchronized (state) {
      return state.nanos;
    }
  }

  /** {@link #nanoTime()} as the supplier that code under test takes. */
  public LongSupplier nanoTimeSource() {
    return this::nanoTime;
  }

  @Override
  public Instant instant() {
    synchronized (state) {
      return state.wall;
    }
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** A view of the same clock in another zone: both move together. */
  @Override
  public FakeClock withZone(ZoneId other) {
    return new FakeClock(state, other);
  }

  private static final class State {
    private Instant wall;
    private long nanos;

    private State(Instant wall) {
      this.wall = wall;
    }
  }
}
