package io.mooring.examples.esp32bridge.gateway;

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
  private final Consumer<Throwable> faults;

  Core(Consumer<Throwable> faults) {
    super(1, task -> new Thread(task, "bridge-core"), (task, pool) -> {});
    this.faults = faults;
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
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
