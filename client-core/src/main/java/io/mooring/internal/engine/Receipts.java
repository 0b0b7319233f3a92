package io.mooring.internal.engine;

import io.mooring.internal.net.Lane;
import io.mooring.internal.telemetry.Log;
import java.util.ArrayList;
import java.util.List;

/**
 * Completes the futures of the application off the event loop: one hand-over for all that one turn
 * of the loop settled. Confined to the event loop.
 */
final class Receipts {
  private static final Log LOG = Log.LOOP;

  /** Threads that a turn wakes by itself; waking more holds the loop up. */
  private static final int WAKES_A_TURN = 2;

  private final Lane lane;
  private final Runnable onFirst;
  private List<Runnable> settled = new ArrayList<>();

  /** How many of them only wake a thread. */
  private int wakes;

  /** {@code onFirst} is told that {@link #flush} has to be called at the end of the turn. */
  Receipts(Lane lane, Runnable onFirst) {
    this.lane = lane;
    this.onFirst = onFirst;
  }

  void add(Runnable completion) {
    settled.add(completion);
    if (settled.size() == 1) {
      onFirst.run();
    }
  }

  /**
   * The same for a completion that runs no code of the application, but wakes a thread that waits:
   * where there are few, the loop does so itself, and saves that thread the way over the lane's.
   */
  void wake(Runnable completion) {
    wakes++;
    add(completion);
  }

  /** The turn ends: hands over, or wakes. */
  void flush() {
    List<Runnable> batch = settled;
    boolean here = wakes == batch.size() && wakes <= WAKES_A_TURN;
    wakes = 0;
    if (here) {
      batch.forEach(Runnable::run);
      batch.clear();
      return;
    }
    settled = new ArrayList<>();
    try {
      lane.executeAll(batch);
    } catch (RuntimeException | Error e) { // of an executor that runs it here; the lane goes on
      LOG.log(System.Logger.Level.ERROR, "A callback failed on the thread that handed it over", e);
    }
  }
}
