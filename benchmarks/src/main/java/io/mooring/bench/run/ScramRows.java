package io.mooring.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What SCRAM adds to a connect. Mosquitto has none, so these run against the demo broker, HiveMQ CE
 * embedded: {@code connect-scram-none} is the same by user name and password in CONNECT, {@code
 * connect-scram-keys} with stored keys, {@code connect-scram-password} with PBKDF2 at each login.
 * None shows a client certificate.
 */
final class ScramRows {
  private static final String CLIENT = "mooring";
  private static final Map<String, String> LOGINS = logins();
  private static final int WARM = 150;
  private static final int COUNT = 60;
  private static final double MILLI = 1e6;

  private final Options options;
  private final ClassPaths classPaths;
  private final Path repository;
  private final Path work;
  private final Results results;
  private final Progress progress;

  ScramRows(
      Options options,
      ClassPaths classPaths,
      Path repository,
      Path work,
      Results results,
      Progress progress) {
    this.options = options;
    this.classPaths = classPaths;
    this.repository = repository;
    this.work = work;
    this.results = results;
    this.progress = progress;
  }

  private static Map<String, String> logins() {
    Map<String, String> logins = new LinkedHashMap<>();
    logins.put("connect-scram-none", "password");
    logins.put("connect-scram-keys", "scram-keys");
    logins.put("connect-scram-password", "scram-password");
    return logins;
  }

  void run() throws IOException, InterruptedException {
    if (!options.wants("connect-scram") || !options.clients().contains(CLIENT)) {
      return;
    }
    try (ScramBrokers brokers = ScramBrokers.start(repository, work)) {
      Map<String, Measured> processes = new LinkedHashMap<>();
      try {
        for (Map.Entry<String, String> each : LOGINS.entrySet()) {
          int port = each.getValue().equals("password") ? brokers.password() : brokers.scram();
          processes.put(each.getKey(), start(each.getKey(), each.getValue(), port));
        }
        measure(processes);
      } finally {
        processes.values().forEach(Measured::close);
      }
    }
  }

  private Measured start(String row, String login, int port) throws IOException {
    Launch launch =
        new Launch(
            Jvm.program(),
            classPaths.classPath(CLIENT),
            List.of("-Dbench.login=" + login),
            Map.of());
    return Measured.start(CLIENT, launch, port, work, work.resolve(row + ".log"));
  }

  /** The brokers warm up with the clients. */
  private void measure(Map<String, Measured> processes) throws IOException {
    for (Measured process : processes.values()) {
      process.ask("connects count=" + WARM);
    }
    for (int i = 0; i < options.effectiveRuns(); i++) {
      for (Map.Entry<String, Measured> each : processes.entrySet()) {
        Answer answer = each.getValue().ask("connects count=" + COUNT);
        results.add(each.getKey(), CLIENT, "p50", "ms", answer.get("p50") / MILLI);
        results.add(each.getKey(), CLIENT, "p90", "ms", answer.get("p90") / MILLI);
        results.add(each.getKey(), CLIENT, "cpu", "ms", answer.get("cpu") / COUNT / MILLI);
      }
    }
    processes.keySet().forEach(row -> progress.done(row, results));
  }
}
