package io.mooring.internal.net;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One daemon thread for what would stall the event loop: handshake steps (signatures, path
 * building), PBKDF2 and token calls. One, because two on a two-core board slow the loop down more
 * than they gain. It goes away when idle.
 */
public final class Worker {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor executor;

  Worker() {
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named("mooring-worker"));
    executor.allowCoreThreadTimeOut(true);
  }

  /** Queues {@code task}; any thread. */
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** Lets what is queued run, then ends the thread. */
  void stop() {
    executor.shutdown();
  }
}
