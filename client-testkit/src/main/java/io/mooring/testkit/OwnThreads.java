package io.mooring.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Daemon threads made as needed, and joined at the end: nothing outlives its owner. */
final class OwnThreads {
  private final List<Thread> threads = new ArrayList<>();
  private final ExecutorService pool;
  private final String name;

  OwnThreads(String name) {
    this.name = name;
    this.pool = Executors.newCachedThreadPool(this::thread);
  }

  void execute(Runnable task) {
    pool.execute(task);
  }

  /**
   * Interrupts all threads and waits for their end.
   *
   * @return whether all ended within the bound
   */
  boolean end(Duration bound) {
    pool.shutdownNow();
    long deadline = System.nanoTime() + bound.toNanos();
    try {
      for (Thread thread : started()) {
        // A join of 0 ms would wait without a bound.
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return started().stream().noneMatch(Thread::isAlive);
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    synchronized (threads) {
      threads.add(thread);
    }
    return thread;
  }

  private List<Thread> started() {
    synchronized (threads) {
      return List.copyOf(threads);
    }
  }
}
