package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.TimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Makes the devices of a fleet on several threads, writes them down on one, and tells how far. */
final class FleetRun {
  private static final Duration PROGRESS = Duration.ofSeconds(2);

  private final Terminal terminal;
  private final FleetFolder folder;
  private final FleetMaker maker;
  private final int threads;

  FleetRun(Terminal terminal, FleetFolder folder, FleetMaker maker, int threads) {
    this.terminal = terminal;
    this.folder = folder;
    this.maker = maker;
    this.threads = threads;
  }

  /** Makes them all; the first failure ends it, and what was made by then is written down. */
  void make(List<FleetRow> rows) {
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "mooring-fleet");
              thread.setDaemon(true);
              return thread;
            });
    try {
      ExecutorCompletionService<FleetEntry> made = new ExecutorCompletionService<>(workers);
      rows.forEach(row -> made.submit(() -> maker.make(row)));
      collect(made, rows.size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException(
          ErrorCode.INTERRUPTED, "Interrupted while making the fleet. Run it again.", e);
    } finally {
      workers.shutdownNow();
    }
  }

  private void collect(ExecutorCompletionService<FleetEntry> made, int total)
      throws InterruptedException {
    long begin = System.nanoTime();
    long said = begin;
    for (int done = 0; done < total; ) {
      Future<FleetEntry> next = made.poll(PROGRESS.toMillis(), TimeUnit.MILLISECONDS);
      if (next != null) {
        folder.add(result(next));
        done++;
      }
      long now = System.nanoTime();
      if (now - said >= PROGRESS.toNanos() || done == total) {
        say(done, total, Duration.ofNanos(now - begin));
        said = now;
      }
    }
  }

  private static FleetEntry result(Future<FleetEntry> done) throws InterruptedException {
    try {
      return done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("making a device failed in a way it cannot", e);
    }
  }

  private void say(int done, int total, Duration taken) {
    double seconds = Math.max(0.001, taken.toMillis() / 1000.0);
    double rate = done / seconds;
    String text = done + " of " + total + " bundles, " + Math.round(rate) + "/s";
    terminal.say(
        done == total || done == 0
            ? text
            : text + ", " + Math.round((total - done) / rate) + " s left");
  }
}
