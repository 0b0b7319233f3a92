package io.mooring.bench.run;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Ends a process that takes longer than it may, so that who reads from it reads its end. */
final class Watchdog implements AutoCloseable {
  private final Process process;
  private final CompletableFuture<Void> kill;
  private volatile boolean bitten;

  Watchdog(Process process, long nanos) {
    this.process = process;
    this.kill =
        CompletableFuture.runAsync(
            this::bite, CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS));
  }

  private void bite() {
    bitten = true;
    // Not Process.destroyForcibly, which closes the streams under who reads from them.
    process.toHandle().destroyForcibly();
  }

  /** Whether it has ended the process. */
  boolean bitten() {
    return bitten;
  }

  @Override
  public void close() {
    kill.cancel(false);
  }
}
