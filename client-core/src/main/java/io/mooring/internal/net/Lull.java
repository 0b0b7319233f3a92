package io.mooring.internal.net;

import java.util.concurrent.TimeUnit;

/**
 * Whether the loop is held off before its next turn, and for how long. It is where nobody waits for
 * that turn, the turns follow each other closely, and the loop has left itself nothing to do. A
 * pure machine: no clock, no thread.
 */
final class Lull {
  /** Turns further apart than this are not worth holding off. */
  private static final long DENSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private long asked = Long.MAX_VALUE;
  private boolean goesOnAtOnce;
  private long held;
  private long lastTurn;
  private long apart = Long.MAX_VALUE;

  /** Of a loop that begins now. */
  Lull(long nowNanos) {
    lastTurn = nowNanos;
  }

  /** The next turn may begin so much later; of several, the least holds. */
  void ask(long nanos) {
    asked = Math.min(asked, nanos);
  }

  /** Whether somebody has asked in this turn. */
  boolean isAsked() {
    return asked != Long.MAX_VALUE;
  }

  /** Something is to be done at once. */
  void goOnAtOnce() {
    goesOnAtOnce = true;
  }

  /** For how many nanoseconds to hold the loop off now; 0 for not at all. Asks begin anew. */
  long take() {
    held = isAsked() && !goesOnAtOnce && apart < DENSE_NANOS ? asked : 0;
    asked = Long.MAX_VALUE;
    goesOnAtOnce = false;
    return held;
  }

  /** A turn has ended. How long the loop was held off before it says nothing of how busy it is. */
  void turned(long nowNanos) {
    apart = nowNanos - lastTurn - held;
    lastTurn = nowNanos;
  }
}
