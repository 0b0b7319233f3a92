package io.mooring.bench.run;

import io.mooring.bench.child.Cold;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

  private final Options options;
  private final Launches launches;
  private final Path work;
  private final Results results;
  private final Progress progress;

  ColdRows(Options options, Launches launches, Path work, Results results, Progress progress) {
    this.options = options;
    this.launches = launches;
    this.work = work;
    this.results = results;
    this.progress = progress;
  }

  void run() throws InterruptedException {
    for (String variant : new String[] {"default", "tuned"}) {
      if (options.wants("cold-" + variant) || options.wants("idle-" + variant)) {
        // The first one fills the page cache and does not count.
        for (int i = -1; i < options.effectiveRuns(); i++) {
          for (String client : options.clients()) {
            one(variant, client, i >= 0);
          }
        }
        progress.done("cold-" + variant, results);
        progress.done("idle-" + variant, results);
      }
    }
  }

  private void one(String variant, String client, boolean counts) throws InterruptedException {
    try {
      Launch launch = variant.equals("tuned") ? launches.tuned(client) : launches.plain(client);
      measure(variant, client, launch, counts);
    } catch (IOException e) {
      progress.failed("cold-" + variant, client, e);
    }
  }

  private void measure(String variant, String client, Launch launch, boolean counts)
      throws IOException, InterruptedException {
    Path log = work.resolve("cold-" + client + ".log");
    ProcessBuilder builder =
        launch.process(log.toFile(), Cold.class, launches.arguments(client, "stay"));
    long start = System.nanoTime();
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
        OutputStream in = process.getOutputStream()) {
      await(out, Cold.PUBACK);
      long wall = System.nanoTime() - start;
      long cpu = ProcessClock.nanos(process.pid());
      ProcessStatus atFirst = ProcessStatus.of(process.pid());
      LockSupport.parkNanos(IDLE_NANOS);
      ProcessStatus idle = ProcessStatus.of(process.pid());
      long idleCpu = ProcessClock.nanos(process.pid());
      in.write('h');
      in.flush();
      long heap = Long.parseLong(await(out, Cold.HEAP).substring(Cold.HEAP.length()));
      if (counts) {
        String cold = "cold-" + variant;
        results.add(cold, client, "wall", "ms", wall / MILLI);
        results.add(cold, client, "cpu", "ms", cpu / MILLI);
        results.add(cold, client, "rss", "MB", atFirst.rssBytes() / MEGABYTE);
        String still = "idle-" + variant;
        results.add(still, client, "rss", "MB", idle.rssBytes() / MEGABYTE);
        results.add(still, client, "heap", "MB", heap / MEGABYTE);
        results.add(still, client, "threads", "count", (double) idle.threads());
        results.add(still, client, "cpu-after", "ms", (idleCpu - cpu) / MILLI);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** The line that begins so; what a client prints before is passed over. */
  private static String await(BufferedReader out, String beginning) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(beginning)) {
        return line;
      }
    }
    throw new IOException("The process ended before it printed " + beginning);
  }
}
