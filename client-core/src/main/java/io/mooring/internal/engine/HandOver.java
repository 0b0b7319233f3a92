package io.mooring.internal.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Items from any thread, in order, for one thread that takes all that wait at once: one wake-up for
 * many. Without a bound of its own.
 */
final class HandOver<T> {
  private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Runnable schedule;

  /** {@code schedule} has the receiving thread call {@link #take}; it may call it at once. */
  HandOver(Runnable schedule) {
    this.schedule = schedule;
  }

  /**
   * Hands {@code item} over. Any thread. What scheduling throws is thrown on; the item waits then,
   * and who adds the next one schedules again.
   */
  void add(T item) {
    put(item);
    wakeUp();
  }

  /**
   * The first half of {@link #add}, for whoever has to know whether {@code item} waits: it does not
   * if this throws, for want of memory say. {@link #wakeUp} is due afterwards.
   */
  void put(T item) {
    waiting.add(item);
  }

  /** The second half of {@link #add}. */
  void wakeUp() {
    if (scheduled.compareAndSet(false, true)) {
      boolean done = false;
      try {
        schedule.run();
        done = true;
      } finally {
        if (!done) {
          scheduled.set(false);
        }
      }
    }
  }

  /** Takes all that wait. One thread at a time. */
  void take(Consumer<? super T> taker) {
    scheduled.set(false); // before the first look: whoever adds behind the last one schedules again
    for (T next = waiting.poll(); next != null; next = waiting.poll()) {
      taker.accept(next);
    }
  }
}
