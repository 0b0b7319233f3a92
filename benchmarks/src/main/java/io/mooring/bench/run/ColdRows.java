package io.mooring.bench.run;

import io.mooring.bench.child.Cold;
import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own for each figure: from its start to the first PUBACK, and what it holds a
 * moment later, idle. {@code cold-default}, {@code idle-default}, {@code cold-tuned}, {@code
 * idle-tuned}.
 */
final class ColdRows {
  private static final double MILLI = 1e6;
  private static final double MEGABYTE = 1e6;
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Run run;
  private final Launches launches;

  ColdRows(Run run, Launches launches) {
    this.run = run;
    this.launches = launches;
  }

  void run() throws InterruptedException {
    for (String variant : new String[] {"default", "tuned"}) {
      boolean cold = run.begins("cold-" + variant);
      if (run.begins("idle-" + variant) || cold) {
        run(variant, run.budget().row());
      }
    }
  }

  private void run(String variant, RowTime time) throws InterruptedException {
    List<String> clients = new ArrayList<>(run.options().clients());
    // The first one fills the page cache and does not count.
    for (int i = -1; i < run.runs() && (i <= 0 || !time.isOver()); i++) {
      boolean counts = i >= 0;
      List<String> failed = new ArrayList<>();
      for (String client : clients) {
        if (!one(variant, client, counts, time)) {
          failed.add(client);
        }
      }
      clients.removeAll(failed);
    }
    run.progress().done("cold-" + variant, run.results());
    run.progress().done("idle-" + variant, run.results());
  }

  private boolean one(String variant, String client, boolean counts, RowTime time)
      throws InterruptedException {
    try {
      Launch launch = variant.equals("tuned") ? launches.tuned(client) : launches.plain(client);
      measure(variant, client, launch, counts, time);
      return true;
    } catch (IOException e) {
      run.progress().failed("cold-" + variant, client, e);
      return false;
    }
  }

  private void measure(String variant, String client, Launch launch, boolean counts, RowTime time)
      throws IOException, InterruptedException {
    Path log = run.work().resolve("cold-" + client + ".log");
    ProcessBuilder builder =
        launch.process(log.toFile(), Cold.class, launches.arguments(client, "stay"));
    long start = System.nanoTime();
    Process process = builder.start();
    try (Watchdog watchdog = new Watchdog(process, time.leftNanos());
        BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
        OutputStream in = process.getOutputStream()) {
      await(out, Cold.PUBACK, watchdog, time);
      long wall = System.nanoTime() - start;
      long cpu = ProcessClock.nanos(process.pid());
      ProcessStatus atFirst = ProcessStatus.of(process.pid());
      LockSupport.parkNanos(IDLE_NANOS);
      ProcessStatus idle = ProcessStatus.of(process.pid());
      long idleCpu = ProcessClock.nanos(process.pid());
      in.write('h');
      in.flush();
      String heap = await(out, Cold.HEAP, watchdog, time);
      if (counts) {
        String cold = "cold-" + variant;
        add(cold, client, "wall", "ms", wall / MILLI);
        add(cold, client, "cpu", "ms", cpu / MILLI);
        add(cold, client, "rss", "MB", atFirst.rssBytes() / MEGABYTE);
        String still = "idle-" + variant;
        add(still, client, "rss", "MB", idle.rssBytes() / MEGABYTE);
        add(
            still,
            client,
            "heap",
            "MB",
            Long.parseLong(heap.substring(Cold.HEAP.length())) / MEGABYTE);
        add(still, client, "threads", "count", (double) idle.threads());
        add(still, client, "cpu-after", "ms", (idleCpu - cpu) / MILLI);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private void add(String row, String client, String metric, String unit, double value) {
    if (run.options().wants(row)) {
      run.results().add(row, client, metric, unit, value);
    }
  }

  /** The line that begins so; what a client prints before is passed over. */
  private static String await(BufferedReader out, String beginning, Watchdog watchdog, RowTime time)
      throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(beginning)) {
        return line;
      }
    }
    throw new IOException(
        watchdog.bitten()
            ? "killed, since " + time.what()
            : "the process ended before it printed " + beginning.trim());
  }
}
