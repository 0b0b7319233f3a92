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

  private final Lane lane;
  private final Runnable onFirst;
  private List<Runnable> settled = new ArrayList<>();

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

  void flush() {
    List<Runnable> batch = settled;
    settled = new ArrayList<>();
    try {
      lane.executeAll(batch);
    } catch (RuntimeException | Error e) { // of an executor that runs it here; the lane goes on
      LOG.log(System.Logger.Level.ERROR, "A callback failed on the thread that handed it over", e);
    }
  }
}
