package io.mooring.examples.esp32bridge.gateway;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns the state of all devices. What a task throws is a fault of the bridge.
 */
final class Core extends ScheduledThreadPoolExecutor {
  private static final long IDLE = Long.MIN_VALUE;

  private final Consumer<Throwable> faults;
  private volatile long since = IDLE;

  Core(Consumer<Throwable> faults) {
    super(1, task -> new Thread(task, "bridge-core"), (task, pool) -> {});
    this.faults = faults;
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** How long the task of now has run; zero if there is none. */
  Duration busyFor() {
    long start = since;
    return start == IDLE ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  protected void beforeExecute(Thread thread, Runnable task) {
    super.beforeExecute(thread, task);
    since = System.nanoTime();
  }

  /** Runs a task once, later; dropped if the core ends before. */
  void later(Runnable task, long delay, TimeUnit unit) {
    ScheduledFuture<?> unused = schedule(task, delay, unit);
  }

  /** Runs a task again and again. */
  void every(Runnable task, long period, TimeUnit unit) {
    ScheduledFuture<?> unused = scheduleWithFixedDelay(task, period, period, unit);
  }

  @Override
  protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
    super.afterExecute(task, thrown);
    since = IDLE;
    if (thrown != null) {
      faults.accept(thrown);
    } else if (task instanceof Future<?> future && future.isDone()) {
      try {
        future.get();
      } catch (CancellationException e) {
        return; // its time never came
      } catch (ExecutionException e) {
        faults.accept(e.getCause() == null ? e : e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
