package io.mooring.internal.net;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One daemon thread for what would stall the event loop. One of them takes what computes: handshake
 * steps (signatures, path building), PBKDF2 and token calls; another what waits for the disk. One
 * each, because two on a two-core board slow the loop down more than they gain. It goes away when
 * idle.
 */
public final class Worker {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor executor;
  private final AtomicInteger outstanding = new AtomicInteger();
  private final Runnable onIdle;

  /** {@code onIdle} is told when the last task has run. */
  Worker(String name, Runnable onIdle) {
    this.onIdle = onIdle;
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named(name));
    executor.allowCoreThreadTimeOut(true);
  }

  /**
   * Queues {@code task}; any thread.
   *
   * @throws java.util.concurrent.RejectedExecutionException after the end of the loop
   */
  public void execute(Runnable task) {
    outstanding.incrementAndGet();
    executor.execute(
        () -> {
          try {
            task.run();
          } finally {
            if (outstanding.decrementAndGet() == 0) {
              onIdle.run();
            }
          }
        });
  }

  /** True while a task runs or waits: what it leaves behind still has to be wiped on the loop. */
  boolean isBusy() {
    return outstanding.get() > 0;
  }

  /** Lets what is queued run, then ends the thread. */
  void stop() {
    executor.shutdown();
  }
}
