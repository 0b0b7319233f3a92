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
  private final Runnable onDone;
  private final Runnable onIdle;

  /**
   * {@code onDone} is told after each task, {@code onIdle} when none is left; both on its thread.
   */
  Worker(String name, Runnable onDone, Runnable onIdle) {
    this.onDone = onDone;
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
    Runnable counted =
        () -> {
          try {
            task.run();
          } finally {
            onDone.run();
            settle();
          }
        };
    boolean accepted = false;
    outstanding.incrementAndGet();
    try {
      executor.execute(counted);
      accepted = true;
    } finally {
      if (!accepted) {
        executor.remove(counted); // it is queued if the thread was lost only then
        settle();
      }
    }
  }

  private void settle() {
    if (outstanding.decrementAndGet() == 0) {
      onIdle.run();
    }
  }

  /** How many tasks wait for the one that runs. */
  int backlog() {
    return executor.getQueue().size();
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
