package io.mooring.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Many connections in one JVM, each figure from a process of its own: {@code connections-N} and
 * {@code storm-600}.
 */
final class CrowdRows {
  /**
   * The same for all: room for a thousand of the heaviest client, and a heap that gives back what
   * is garbage, so that RSS tells what a connection holds and not what making it has churned.
   */
  static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms6m",
          "-Xmx768m",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=30");

  private static final int STORM = 600;
  private static final double SECOND = 1e9;
  private static final double MILLI = 1e6;
  private static final double KIB = 1024;

  /** Paho sleeps 300 ms in a connect, and each takes threads: a hundred at once are enough. */
  private static final int PAHO_PARALLEL = 100;

  private final Options options;
  private final ClassPaths classPaths;
  private final Path work;
  private final int port;
  private final Results results;
  private final Progress progress;

  CrowdRows(
      Options options,
      ClassPaths classPaths,
      Path work,
      int port,
      Results results,
      Progress progress) {
    this.options = options;
    this.classPaths = classPaths;
    this.work = work;
    this.port = port;
    this.results = results;
    this.progress = progress;
  }

  void run() {
    for (int count : options.quick() ? new int[] {1000} : new int[] {1, 100, 1000}) {
      String row = "connections-" + count;
      each(row, client -> many(row, client, count));
    }
    String storm = "storm-" + STORM;
    each(storm, client -> storm(storm, client));
  }

  private void each(String row, Measurement measurement) {
    if (options.wants(row)) {
      for (int i = 0; i < options.effectiveRuns(); i++) {
        for (String client : options.clients()) {
          if (suits(row, client)) {
            try {
              measurement.of(client);
            } catch (IOException e) {
              progress.failed(row, client, e);
            }
          }
        }
      }
      progress.done(row, results);
    }
  }

  /** Blocking clients have no connect that does not keep its caller; quick leaves the slow out. */
  private boolean suits(String row, String client) {
    if (row.startsWith("storm") || options.quick()) {
      return !client.startsWith("paho") && !client.equals("raw");
    }
    return true;
  }

  private void many(String row, String client, int count) throws IOException {
    Answer answer = ask(row, client, "many count=" + count + parallel(client, count));
    results.add(row, client, "time", "s", answer.get("wall") / SECOND);
    results.add(row, client, "heap", "KiB each", answer.get("heap") / KIB);
    results.add(row, client, "rss", "KiB each", answer.get("rss") / KIB);
    results.add(row, client, "threads", "each", answer.get("threads"));
    if (client.equals("mooring")) {
      results.add(row, client, "loop+worker", "count", answer.get("loops"));
    }
  }

  private void storm(String row, String client) throws IOException {
    Answer answer = ask(row, client, "storm count=" + STORM + parallel(client, STORM));
    results.add(row, client, "p50", "ms", answer.get("p50") / MILLI);
    results.add(row, client, "p99", "ms", answer.get("p99") / MILLI);
    results.add(row, client, "max", "ms", answer.get("max") / MILLI);
    results.add(row, client, "time", "s", answer.get("wall") / SECOND);
  }

  private static String parallel(String client, int count) {
    return " parallel=" + (client.startsWith("paho") ? PAHO_PARALLEL : count);
  }

  private Answer ask(String row, String client, String command) throws IOException {
    try (Measured process =
        Measured.start(
            client,
            new Launch(
                Jvm.program(), classPaths.classPath(client), FLAGS, Launches.TUNED_ENVIRONMENT),
            port,
            work,
            work.resolve(row + "-" + client + ".log"))) {
      return process.ask(command);
    }
  }

  /** One figure of one client. */
  private interface Measurement {
    void of(String client) throws IOException;
  }
}
