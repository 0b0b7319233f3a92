package io.mooring.bench.run;

import io.mooring.bench.run.TimeBudget.RowTime;
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
  private static final Map<String, String> LOGINS = logins();
  private static final int WARM = 200;
  private static final int COUNT = 50;
  private static final double MILLI = 1e6;

  private final Run run;
  private final Path repository;

  ScramRows(Run run, Path repository) {
    this.run = run;
    this.repository = repository;
  }

  private static Map<String, String> logins() {
    Map<String, String> logins = new LinkedHashMap<>();
    logins.put("connect-scram-none", "password");
    logins.put("connect-scram-keys", "scram-keys");
    logins.put("connect-scram-password", "scram-password");
    return logins;
  }

  /** All of them, since they take turns. */
  void run() throws IOException, InterruptedException {
    if (!run.options().clients().contains(Table.OURS) || !run.begins("connect-scram")) {
      return;
    }
    RowTime time = run.budget().row();
    try (ScramBrokers brokers = ScramBrokers.start(repository, run.work())) {
      Map<String, Measured> processes = new LinkedHashMap<>();
      try {
        for (Map.Entry<String, String> each : LOGINS.entrySet()) {
          int port = each.getValue().equals("password") ? brokers.password() : brokers.scram();
          processes.put(each.getKey(), start(each.getKey(), each.getValue(), port));
        }
        measure(processes, time);
      } finally {
        processes.values().forEach(Measured::close);
      }
    }
  }

  private Measured start(String row, String login, int port) throws IOException {
    Launch launch =
        new Launch(
            Jvm.program(),
            run.classPaths().classPath(Table.OURS),
            List.of("-Dbench.login=" + login),
            Map.of());
    return Measured.start(Table.OURS, launch, port, run.work(), run.work().resolve(row + ".log"));
  }

  /** The brokers warm up with the clients. */
  private void measure(Map<String, Measured> processes, RowTime time) {
    List<Map.Entry<String, Measured>> working =
        processes.entrySet().stream()
            .filter(each -> one(each.getKey(), each.getValue(), WARM, false, time))
            .toList();
    for (int i = 0; i < run.runs() && (i == 0 || !time.isOver()); i++) {
      working =
          working.stream()
              .filter(each -> one(each.getKey(), each.getValue(), COUNT, true, time))
              .toList();
    }
    processes.keySet().forEach(row -> run.progress().done(row, run.results()));
  }

  private boolean one(String row, Measured process, int count, boolean counts, RowTime time) {
    try {
      Answer answer = process.ask("connects count=" + count, time);
      if (counts) {
        add(row, "p50", answer.get("p50") / MILLI);
        add(row, "p90", answer.get("p90") / MILLI);
        add(row, "cpu", answer.get("cpu") / count / MILLI);
      }
      return true;
    } catch (IOException e) {
      run.progress().failed(row, Table.OURS, e);
      return false;
    }
  }

  private void add(String row, String metric, double value) {
    run.results().add(row, Table.OURS, metric, "ms", value);
  }
}
