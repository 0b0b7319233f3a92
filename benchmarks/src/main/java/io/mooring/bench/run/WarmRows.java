package io.mooring.bench.run;

import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of one family: a process for each client stays for all of them, and is started anew if it
 * failed in one. Within a row the clients take turns, so that whatever else the machine does falls
 * on all of them.
 */
final class WarmRows implements AutoCloseable {
  private final Run run;
  private final String family;
  private final int port;
  private final Map<String, Measured> processes = new LinkedHashMap<>();

  WarmRows(Run run, String family, int port) {
    this.run = run;
    this.family = family;
    this.port = port;
  }

  void run(List<? extends WarmRow> rows) {
    for (WarmRow row : rows) {
      if (run.begins(row.name())) {
        run(row, run.budget().row());
      }
    }
  }

  private void run(WarmRow row, RowTime time) {
    Map<String, Integer> amounts = new LinkedHashMap<>();
    for (String client : run.options().clients()) {
      if (row.suits(client)) {
        warmUp(row, client, time, amounts);
      }
    }
    for (int i = 0; i < run.runs() && (i == 0 || !time.isOver()); i++) {
      amounts.entrySet().removeIf(entry -> !measured(row, entry.getKey(), entry.getValue(), time));
    }
    run.progress().done(row.name(), run.results());
  }

  private void warmUp(WarmRow row, String client, RowTime time, Map<String, Integer> amounts) {
    try {
      Measured process = process(client);
      amounts.put(client, row.warmUp(process, process.takeFresh(), time));
    } catch (IOException e) {
      failed(row, client, e);
    }
  }

  private boolean measured(WarmRow row, String client, int amount, RowTime time) {
    try {
      row.measure(process(client), amount, time, run.results());
      return true;
    } catch (IOException e) {
      failed(row, client, e);
      return false;
    }
  }

  private void failed(WarmRow row, String client, IOException cause) {
    run.progress().failed(row.name(), client, cause);
    Measured process = processes.remove(client);
    if (process != null) {
      process.close();
    }
  }

  private Measured process(String client) throws IOException {
    Measured known = processes.get(client);
    if (known == null) {
      Launch launch =
          new Launch(
              Jvm.program(), run.classPaths().classPath(client), run.options().jvm(), Map.of());
      known =
          Measured.start(
              client, launch, port, run.work(), run.work().resolve(family + "-" + client + ".log"));
      processes.put(client, known);
    }
    return known;
  }

  @Override
  public void close() {
    processes.values().forEach(Measured::close);
  }
}
