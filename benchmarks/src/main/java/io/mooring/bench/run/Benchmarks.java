package io.mooring.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Measures Mooring and its peers side by side: {@code Benchmarks MODULE [options]}, where MODULE is
 * the folder of this module. Exit codes: 0 done, 1 a client failed somewhere, 2 usage.
 */
public final class Benchmarks {
  private static final int USAGE = 2;
  private static final int QOS0_WINDOW = 1000;

  private final Options options;
  private final Results results = new Results();
  private final Progress progress = new Progress(System.err);
  private final ClassPaths classPaths;

  private Benchmarks(Options options, ClassPaths classPaths) {
    this.options = options;
    this.classPaths = classPaths;
  }

  /** Runs what the command line asks for. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path module = Path.of(arguments[0]).toAbsolutePath();
    String[] rest = List.of(arguments).subList(1, arguments.length).toArray(new String[0]);
    Options options;
    try {
      options = Options.parse(module.resolve("results"), rest);
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks: " + e.getMessage() + "\n" + Options.USAGE);
      System.exit(USAGE);
      return;
    }
    Path target = module.resolve("target");
    Path harness =
        Path.of(Benchmarks.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    Benchmarks run = new Benchmarks(options, new ClassPaths(target.resolve("lib"), harness));
    Path work = Files.createTempDirectory(target, "run-");
    run.run(Objects.requireNonNull(module.getParent(), "the module's folder has a parent"), work);
    if (!run.progress.failures().isEmpty()) {
      System.err.println("The output of the measured processes is in " + work);
      System.exit(1);
    }
    if (System.getenv("BENCH_KEEP") == null) {
      Folders.delete(work);
    }
  }

  private void run(Path repository, Path work) throws IOException, InterruptedException {
    Instant began = Instant.now();
    Map<String, String> facts = facts();
    SizeRows.run(options, classPaths, options.armImage(), results, progress);
    try (Brokers brokers = new Brokers(work)) {
      int port = brokers.mosquitto();
      Launches launches = new Launches(classPaths, work, port, options.image());
      new ColdRows(options, launches, work, results, progress).run();
      new SmallestHeap(options, launches, work, results, progress).run();
      WarmRows warm = new WarmRows(options, classPaths, work, results, progress);
      warm.run("connect", port, List.of(LatencyRow.connect(200, quick(50, 100))));
      new ScramRows(options, classPaths, repository, work, results, progress).run();
      warm.run(
          "roundtrip", port, List.of(LatencyRow.roundTrip(100, quick(200, 300), quick(200, 400))));
      warm.run("publish", port, publishRows());
      warm.run("receive", brokers.feeder(), receiveRows());
      new OutboxRows(options, classPaths, work, port, results, progress).run();
      new CrowdRows(options, classPaths, work, port, results, progress).run();
    }
    report(began, facts);
  }

  private void report(Instant began, Map<String, String> facts) throws IOException {
    Figures figures = results.figures();
    Path out = Files.createDirectories(options.out());
    Files.writeString(out.resolve("latest.csv"), Csv.of(figures));
    List<String> plots = Plots.write(figures, out);
    Files.writeString(
        out.resolve("latest.md"), Report.of(figures, began, facts, progress.failures(), plots));
    System.out.println(Table.of(figures));
    System.out.print(Targets.text(figures));
  }

  private Map<String, String> facts() throws IOException {
    Map<String, String> facts = new LinkedHashMap<>(Machine.describe());
    for (String client : options.clients()) {
      facts.put(client, classPaths.versions(client));
    }
    facts.put(
        "Runs", options.effectiveRuns() + (options.quick() ? ", quick" : "") + ", interleaved");
    facts.put("Flags of warm rows", options.jvm().isEmpty() ? "none" : "`" + options.jvm() + "`");
    facts.put("Flags of connections and storm", "`" + String.join(" ", CrowdRows.FLAGS) + "`");
    facts.put("Flags of tuned rows", "`" + String.join(" ", Launches.TUNED) + "`");
    facts.put("Tuned Mooring", options.image() == null ? "tuned in place" : "the image");
    return facts;
  }

  private int quick(int ifQuick, int otherwise) {
    return options.quick() ? ifQuick : otherwise;
  }

  private long warmNanos() {
    return TimeUnit.MILLISECONDS.toNanos(800);
  }

  private long runNanos() {
    return TimeUnit.MILLISECONDS.toNanos(400);
  }

  private List<MessageRow> publishRows() {
    List<MessageRow> rows = new ArrayList<>();
    for (int qos = 0; qos <= 2; qos++) {
      for (int size : new int[] {64, 1024, 16 * 1024}) {
        for (int window : windows(qos)) {
          if (!options.quick() || (size <= 1024 && window >= 100 && (qos == 1 || size == 64))) {
            rows.add(MessageRow.publish(qos, size, window, warmNanos(), runNanos()));
          }
        }
      }
    }
    return rows;
  }

  private int[] windows(int qos) {
    if (qos == 0) {
      return new int[] {QOS0_WINDOW};
    }
    return options.quick() ? new int[] {100} : new int[] {1, 10, 100, 1000};
  }

  private List<MessageRow> receiveRows() {
    List<MessageRow> rows = new ArrayList<>();
    for (int qos = 0; qos <= (options.quick() ? 1 : 2); qos++) {
      for (int size : new int[] {64, 1024, 16 * 1024}) {
        if (!options.quick() || size <= 1024) {
          rows.add(MessageRow.receive(qos, size, warmNanos(), runNanos()));
        }
      }
    }
    return rows;
  }
}
