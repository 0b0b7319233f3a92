package io.mooring.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows of one family: a process for each client stays for all of them. Within a row the clients
 * take turns, so that whatever else the machine does falls on all of them.
 */
final class WarmRows {
  private final Options options;
  private final ClassPaths classPaths;
  private final Path work;
  private final Results results;
  private final Progress progress;

  WarmRows(Options options, ClassPaths classPaths, Path work, Results results, Progress progress) {
    this.options = options;
    this.classPaths = classPaths;
    this.work = work;
    this.results = results;
    this.progress = progress;
  }

  void run(String family, int port, List<? extends WarmRow> rows) throws IOException {
    List<? extends WarmRow> wanted =
        rows.stream().filter(row -> options.wants(row.name())).toList();
    if (wanted.isEmpty()) {
      return;
    }
    Map<String, Measured> processes = new LinkedHashMap<>();
    try {
      for (String client : options.clients()) {
        processes.put(
            client,
            Measured.start(
                client,
                new Launch(Jvm.program(), classPaths.classPath(client), options.jvm(), Map.of()),
                port,
                work,
                work.resolve(family + "-" + client + ".log")));
      }
      Set<Measured> cold = new HashSet<>(processes.values());
      for (WarmRow row : wanted) {
        run(row, processes, cold);
      }
    } finally {
      processes.values().forEach(Measured::close);
    }
  }

  private void run(WarmRow row, Map<String, Measured> processes, Set<Measured> cold) {
    Map<Measured, Integer> amounts = new LinkedHashMap<>();
    for (Measured process : processes.values()) {
      if (row.suits(process.client())) {
        try {
          amounts.put(process, row.warmUp(process, cold.remove(process)));
        } catch (IOException e) {
          progress.failed(row.name(), process.client(), e);
        }
      }
    }
    for (int i = 0; i < options.effectiveRuns(); i++) {
      amounts.entrySet().removeIf(entry -> !measured(row, entry.getKey(), entry.getValue()));
    }
    progress.done(row.name(), results);
  }

  private boolean measured(WarmRow row, Measured process, int amount) {
    try {
      row.measure(process, amount, results);
      return true;
    } catch (IOException e) {
      progress.failed(row.name(), process.client(), e);
      return false;
    }
  }
}
