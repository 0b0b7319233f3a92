package io.mooring.internal.engine;

import io.mooring.internal.net.EventLoop;

/** Where the two halves of an outbox run, and by which clock. Tests play all of it. */
interface OutboxThreads {
  /** Runs {@code task} on the event loop, after those already handed over. Any thread. */
  void onLoop(Runnable task);

  /**
   * Runs {@code task} on the thread that may wait for the disk. Any thread.
   *
   * @throws java.util.concurrent.RejectedExecutionException after the last client was closed
   */
  void onDisk(Runnable task);

  /** Runs {@code task} on the loop after {@code delayNanos}. Loop only. */
  void later(long delayNanos, Runnable task);

  /** The clock of the loop. */
  long nowNanos();

  /** The real ones. */
  static OutboxThreads of(EventLoop loop) {
    return new OutboxThreads() {
      @Override
      public void onLoop(Runnable task) {
        loop.execute(task);
      }

      @Override
      public void onDisk(Runnable task) {
        loop.disk().execute(task);
      }

      @Override
      public void later(long delayNanos, Runnable task) {
        EventLoop.Timer unused = loop.schedule(loop.nowNanos() + delayNanos, task);
      }

      @Override
      public long nowNanos() {
        return loop.nowNanos();
      }
    };
  }
}
