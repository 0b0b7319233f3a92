package io.mooring.bench.run;

import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.IOException;
import java.util.ArrayList;
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
  private static final int QUICK_ROUNDS = 2;
  private static final double SECOND = 1e9;
  private static final double MILLI = 1e6;
  private static final double KIB = 1024;

  /** Paho takes threads for each connect: a hundred at once are enough. */
  private static final int PAHO_PARALLEL = 100;

  private final Run run;
  private final int port;

  CrowdRows(Run run, int port) {
    this.run = run;
    this.port = port;
  }

  void run() {
    String storm = "storm-" + STORM;
    each(storm, this::storm);
    for (int count : run.options().quick() ? new int[] {1000} : new int[] {1000, 100, 1}) {
      String row = "connections-" + count;
      each(row, (client, time) -> many(row, client, count, time));
    }
  }

  private void each(String row, Measurement measurement) {
    if (!run.begins(row)) {
      return;
    }
    RowTime time = run.budget().row();
    List<String> clients = new ArrayList<>(run.options().clients());
    clients.removeIf(client -> !suits(row, client));
    for (int i = 0; i < rounds() && (i == 0 || !time.isOver()); i++) {
      List<String> failed = new ArrayList<>();
      for (String client : clients) {
        try {
          measurement.of(client, time);
        } catch (IOException e) {
          run.progress().failed(row, client, e);
          failed.add(client);
        }
      }
      clients.removeAll(failed);
      // Paho takes longer than all others together, and raw is no client that anybody would choose.
      clients.removeIf(client -> client.startsWith("paho") || client.equals("raw"));
    }
    run.progress().done(row, run.results());
  }

  private int rounds() {
    return run.options().quick() ? Math.min(QUICK_ROUNDS, run.runs()) : run.runs();
  }

  /** Blocking clients have no connect that does not keep its caller; quick leaves the slow out. */
  private boolean suits(String row, String client) {
    if (row.startsWith("storm") || run.options().quick()) {
      return !client.startsWith("paho") && !client.equals("raw");
    }
    return true;
  }

  private void many(String row, String client, int count, RowTime time) throws IOException {
    Answer answer = ask(row, client, "many count=" + count + parallel(client, count), time);
    add(row, client, "time", "s", answer.get("wall") / SECOND);
    add(row, client, "heap", "KiB each", answer.get("heap") / KIB);
    add(row, client, "rss", "KiB each", answer.get("rss") / KIB);
    add(row, client, "threads", "each", answer.get("threads"));
    if (client.equals(Table.OURS)) {
      add(row, client, "loop+worker", "count", answer.get("loops"));
    }
  }

  private void storm(String client, TimeBudget.RowTime time) throws IOException {
    String row = "storm-" + STORM;
    Answer answer = ask(row, client, "storm count=" + STORM + parallel(client, STORM), time);
    add(row, client, "p50", "ms", answer.get("p50") / MILLI);
    add(row, client, "p99", "ms", answer.get("p99") / MILLI);
    add(row, client, "max", "ms", answer.get("max") / MILLI);
    add(row, client, "time", "s", answer.get("wall") / SECOND);
  }

  private void add(String row, String client, String metric, String unit, double value) {
    run.results().add(row, client, metric, unit, value);
  }

  private static String parallel(String client, int count) {
    return " parallel=" + (client.startsWith("paho") ? PAHO_PARALLEL : count);
  }

  private Answer ask(String row, String client, String command, RowTime time) throws IOException {
    Launch launch =
        new Launch(
            Jvm.program(), run.classPaths().classPath(client), FLAGS, Launches.TUNED_ENVIRONMENT);
    try (Measured process =
        Measured.start(
            client, launch, port, run.work(), run.work().resolve(row + "-" + client + ".log"))) {
      return process.ask(command, time);
    }
  }

  /** One figure of one client. */
  private interface Measurement {
    void of(String client, RowTime time) throws IOException;
  }
}
