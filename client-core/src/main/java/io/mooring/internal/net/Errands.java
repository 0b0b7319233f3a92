package io.mooring.internal.net;

import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What one connection has the worker do. A step that has not begun when the connection is over is
 * left out, so that attempts past their deadline do not keep the worker from the living. The time
 * that steps wait in the worker's queue is counted: it is this device's doing, not the broker's.
 */
public final class Errands {
  private final EventLoop loop;
  private volatile boolean cancelled;

  /** Guarded by this. */
  private int queued;

  private long queuedSince;
  private long waitedNanos;

  /** No errands yet. */
  public Errands(EventLoop loop) {
    this.loop = loop;
  }

  /**
   * Runs {@code step} on the worker, or {@code otherwise} if the connection is over by then. Any
   * thread.
   */
  public void execute(Runnable step, Runnable otherwise) {
    queued(loop.nowNanos());
    boolean taken = false;
    try {
      loop.worker()
          .execute(
              () -> {
                begun(loop.nowNanos());
                (cancelled ? otherwise : step).run();
              });
      taken = true;
    } finally {
      if (!taken) {
        begun(loop.nowNanos()); // or the deadline would wait for it for ever
      }
    }
  }

  /**
   * Runs {@code work} on the worker, then on the loop {@code then} with its result or {@code
   * failed} with what it threw; neither if the connection is over before it begins. An
   * application's SPI may throw anything, and miss a class or memory as well. Any thread.
   */
  public <T> void compute(Supplier<T> work, Consumer<T> then, Consumer<MooringException> failed) {
    execute(
        () -> {
          try {
            T result = work.get();
            loop.execute(() -> then.accept(result));
          } catch (MooringException e) {
            loop.execute(() -> failed.accept(e));
          } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            loop.execute(() -> failed.accept(InternalFaultException.of(e)));
          }
        },
        () -> {});
  }

  /** The connection is over: what has not begun does not begin. */
  public void cancel() {
    cancelled = true;
  }

  /** How long steps have waited for the worker until now, in nanoseconds. */
  public synchronized long waitedNanos() {
    return waitedNanos + (queued > 0 ? loop.nowNanos() - queuedSince : 0);
  }

  private synchronized void queued(long nowNanos) {
    if (queued == 0) {
      queuedSince = nowNanos;
    }
    queued++;
  }

  private synchronized void begun(long nowNanos) {
    queued--;
    if (queued == 0) {
      waitedNanos += nowNanos - queuedSince;
    }
  }
}
