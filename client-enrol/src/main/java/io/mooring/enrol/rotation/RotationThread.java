package io.mooring.enrol.rotation;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A daemon thread for work that waits for servers, files and tokens: never the client's event loop,
 * nor the thread that its listeners and receipts run on, which the work waits for.
 */
final class RotationThread implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.mooring.rotation");

  private final ScheduledThreadPoolExecutor executor;

  RotationThread(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  /**
   * Runs {@code task} after {@code delay}.
   *
   * @return false if this is closed
   */
  boolean schedule(Runnable task, Duration delay) {
    try {
      Future<?> unused =
          executor.schedule(() -> run(task), delay.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) { // a fault, which the future would swallow
      LOG.log(System.Logger.Level.ERROR, "A rotation ended by a fault", e);
    }
  }

  /** Runs {@code task} soon; see {@link #schedule}. */
  boolean execute(Runnable task) {
    return schedule(task, Duration.ZERO);
  }

  /**
   * Takes nothing from now on. What runs ends by its own deadlines, what is due follows, and what
   * was for later is dropped.
   */
  @Override
  public void close() {
    executor.shutdown();
  }
}
