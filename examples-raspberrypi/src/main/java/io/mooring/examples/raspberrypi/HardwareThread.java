package io.mooring.examples.raspberrypi;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one thread that touches hardware. A bus that hangs holds this thread up and nothing else, and
 * what waits for it is bounded.
 */
final class HardwareThread implements AutoCloseable {
  private static final int WAITING = 16;
  private static final long IDLE = Long.MIN_VALUE;

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          task -> {
            Thread made = new Thread(task, "hardware");
            made.setDaemon(true);
            return made;
          });
  private volatile long since = IDLE;

  /**
   * Runs a task and waits for it.
   *
   * @throws ExecutionException with what the task threw
   * @throws TimeoutException if it did not end in time; it is interrupted, and may end all the same
   * @throws RejectedExecutionException if too many tasks wait
   */
  <T> T within(Duration limit, Callable<T> task)
      throws ExecutionException, TimeoutException, InterruptedException {
    Future<T> result = thread.submit(() -> timed(task));
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
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
