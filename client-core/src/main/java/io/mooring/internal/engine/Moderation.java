package io.mooring.internal.engine;

import java.util.concurrent.TimeUnit;

/**
 * How long the loop may be held off while much is in flight, as network cards moderate their
 * interrupts: so long that half of it and more is answered meanwhile. So one turn takes many
 * answers, and the broker, however quick it is, does not run out of messages. After too many
 * answers the time becomes half at once, after too few it grows little by little. A pure machine:
 * no clock, no thread.
 */
final class Moderation {
  /** With fewer unacknowledged, the next acknowledgement may be what somebody waits for. */
  static final int MANY = 32;

  /** Linux adds its timer slack, 50 us. */
  static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  /** Other clients of the loop wait for it too; a longer one pays with windows of 1,000 only. */
  static final long LONGEST_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

  private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(25);

  private long answers;
  private int inFlight;
  private long holdNanos = SHORTEST_NANOS;

  /**
   * What came is taken, and what may leave has left.
   *
   * @param answersSoFar how many acknowledgements have come on this connection
   * @param inFlightNow how many are awaited
   * @return for how long the loop may be held off, in nanoseconds; 0 if it may not
   */
  long after(long answersSoFar, int inFlightNow) {
    if (inFlight >= MANY) {
      adapt(answersSoFar - answers, inFlight / 4);
    }
    answers = answersSoFar;
    inFlight = inFlightNow;
    return inFlightNow < MANY ? 0 : holdNanos;
  }

  private void adapt(long came, long quarter) {
    if (came > 3 * quarter) {
      holdNanos = Math.max(SHORTEST_NANOS, holdNanos / 2);
    } else if (came > 0 && came < 2 * quarter) {
      holdNanos = Math.min(LONGEST_NANOS, holdNanos + STEP_NANOS);
    }
  }
}
