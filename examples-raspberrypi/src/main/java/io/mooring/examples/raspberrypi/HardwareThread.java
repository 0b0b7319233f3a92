package io.mooring.examples.raspberrypi;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one thread that touches hardware. A bus that hangs holds this thread up and nothing else, and
 * what waits for it is bounded.
 */
final class HardwareThread implements AutoCloseable {
  private static final int WAITING = 16;
  private static final long IDLE = Long.MIN_VALUE;

  private final ThreadPoolExecutor thread = OneThread.named("hardware", WAITING);
  private volatile long since = IDLE;

  /**
   * Runs a task and waits for it.
   *
   * @throws ExecutionException with what the task threw
   * @throws TimeoutException if it did not end in time; its message says whether it began: if not,
   *     it never will; if it did, it is interrupted and may end all the same
   * @throws RejectedExecutionException if too many tasks wait
   */
  <T> T within(Duration limit, Callable<T> task)
      throws ExecutionException, TimeoutException, InterruptedException {
    AtomicBoolean claimed = new AtomicBoolean();
    Future<T> result =
        thread.submit(
            () -> {
              if (!claimed.compareAndSet(false, true)) {
                throw new TimeoutException("too late"); // nobody waits for it any more
              }
              return timed(task);
            });
    try {
      return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      TimeoutException said =
          new TimeoutException(
              claimed.compareAndSet(false, true)
                  ? "the hardware was busy; it was not begun and never will be"
                  : "the hardware did not answer; it was begun and may still happen");
      said.initCause(e);
      throw said;
    } finally {
      result.cancel(true);
    }
  }

  /**
   * Runs a task when its turn comes.
   *
   * @throws RejectedExecutionException if too many tasks wait
   */
  void post(Runnable task) {
    thread.execute(
        () -> {
          since = System.nanoTime();
          try {
            task.run();
          } finally {
            since = IDLE;
          }
        });
  }

  private <T> T timed(Callable<T> task) throws Exception {
    since = System.nanoTime();
    try {
      return task.call();
    } finally {
      since = IDLE;
    }
  }

  /** How long the task of now has run; zero if there is none. */
  Duration busyFor() {
    long start = since;
    return start == IDLE ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
