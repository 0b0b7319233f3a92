package io.mooring.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Measures Mooring and its peers side by side: {@code Benchmarks MODULE [options]}, where MODULE is
 * the folder of this module. Exit codes: 0 done, 1 a row or a client failed somewhere, 2 usage.
 */
public final class Benchmarks {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final Run run;
  private final Path repository;
  private final Instant began = Instant.now();
  private final Map<String, String> facts;

  private Benchmarks(Run run, Path repository) throws IOException {
    this.run = run;
    this.repository = repository;
    this.facts = facts(run);
  }

  /** Runs what the command line asks for. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path module = Path.of(arguments[0]).toAbsolutePath();
    String[] rest = List.of(arguments).subList(1, arguments.length).toArray(new String[0]);
    Options options;
    try {
      options = Options.parse(module.resolve("results"), rest);
    } catch (UsageException e) {
      System.err.println("benchmarks: " + e.getMessage() + "\n" + Options.USAGE);
      System.exit(USAGE);
      return;
    }
    System.exit(run(module, options));
  }

  private static int run(Path module, Options options) throws IOException, InterruptedException {
    Path target = module.resolve("target");
    Path harness =
        Path.of(Benchmarks.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    Path work = Files.createTempDirectory(target, "run-");
    Progress progress = new Progress(System.err);
    Run run =
        new Run(
            options,
            new ClassPaths(target.resolve("lib"), harness),
            work,
            new Results(),
            progress,
            TimeBudget.of(options.quick(), System::nanoTime));
    Path repository =
        Objects.requireNonNull(module.getParent(), "the module's folder has a parent");
    new Benchmarks(run, repository).run();
    if (!progress.failures().isEmpty()) {
      System.err.println(
          progress.failures().size()
              + " failures; the output of the measured processes is in "
              + work);
      return FAILED;
    }
    if (System.getenv("BENCH_KEEP") == null) {
      Folders.delete(work);
    }
    return 0;
  }

  private void run() throws IOException, InterruptedException {
    SizeRows.run(run);
    try (Brokers brokers = new Brokers(run.work(), run.classPaths().harness())) {
      int port = brokers.mosquitto();
      Launches launches = new Launches(run, port);
      stage("cold", () -> new ColdRows(run, launches).run());
      stage("xmx", () -> new SmallestHeap(run, launches).run());
      stage(
          "connect-cert",
          () -> warm("connect", brokers::mosquitto, MessageRows.connect(run.options())));
      stage(
          "connect-nagle",
          () -> warm("nagle", brokers::withNagle, MessageRows.connectWithNagle(run.options())));
      stage("connect-scram", () -> new ScramRows(run, repository).run());
      stage(
          "roundtrip",
          () -> warm("roundtrip", brokers::mosquitto, MessageRows.roundTrip(run.options())));
      stage(
          "publish", () -> warm("publish", brokers::mosquitto, MessageRows.publish(run.options())));
      stage("receive", () -> warm("receive", brokers::feeder, MessageRows.receive(run.options())));
      stage("outbox", () -> new OutboxRows(run, port).run());
      stage("connections", () -> new CrowdRows(run, port).run());
    }
    System.out.println(Table.of(run.results().figures()));
    System.out.print(Targets.text(run.results().figures()));
  }

  /** A stage that fails is put on record; the report of what there is by then is written. */
  private void stage(String name, Stage stage) throws IOException, InterruptedException {
    try {
      stage.run();
    } catch (IOException e) {
      run.progress().failed(name, "all clients", e);
    }
    report();
  }

  /** What no row needs is not started. */
  private void warm(String family, Broker broker, List<? extends WarmRow> rows)
      throws IOException, InterruptedException {
    if (rows.stream().noneMatch(row -> run.options().wants(row.name()))) {
      return;
    }
    try (WarmRows warm = new WarmRows(run, family, broker.port())) {
      warm.run(rows);
    }
  }

  private void report() throws IOException {
    Figures figures = run.results().figures();
    Path out = Files.createDirectories(run.options().out());
    Files.writeString(out.resolve("latest.csv"), Csv.of(figures));
    List<String> plots = Plots.write(figures, out);
    Map<String, String> all = new LinkedHashMap<>(facts);
    all.put("Took", run.budget().spent());
    Files.writeString(
        out.resolve("latest.md"), Report.of(figures, began, all, run.progress().failures(), plots));
  }

  private static Map<String, String> facts(Run run) throws IOException {
    Options options = run.options();
    Map<String, String> facts = new LinkedHashMap<>(Machine.describe());
    for (String client : options.clients()) {
      facts.put(client, run.classPaths().versions(client));
    }
    facts.put("Runs", run.runs() + (options.quick() ? ", quick" : "") + ", interleaved");
    facts.put("Rows", options.rows().isEmpty() ? "all" : String.join(", ", options.rows()));
    facts.put("Flags of warm rows", options.jvm().isEmpty() ? "none" : code(options.jvm()));
    facts.put("Flags of connections and storm", code(CrowdRows.FLAGS));
    facts.put("Flags of tuned rows", code(Launches.TUNED));
    facts.put("Tuned Mooring", options.image() == null ? "tuned in place" : "the image");
    return facts;
  }

  private static String code(List<String> flags) {
    return "`" + String.join(" ", flags) + "`";
  }

  /** What clients connect to; some are started when they are asked for their port. */
  private interface Broker {
    int port() throws IOException, InterruptedException;
  }

  /** Part of a run. */
  private interface Stage {
    void run() throws IOException, InterruptedException;
  }
}
