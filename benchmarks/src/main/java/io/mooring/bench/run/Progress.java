package io.mooring.bench.run;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Tells on standard error how far the run is, and keeps what failed for the report. */
final class Progress {
  private final PrintStream err;
  private final List<String> failures = new ArrayList<>();

  Progress(PrintStream err) {
    this.err = err;
  }

  void done(String row, Results results) {
    Figures figures = results.figures();
    if (figures.rows().contains(row)) {
      err.print(Table.of(figures, row));
    }
  }

  void failed(String row, String client, IOException cause) {
    failed(row, client, String.valueOf(cause.getMessage()));
  }

  void failed(String row, String client, String cause) {
    String line = row + ", " + client + ": " + cause;
    failures.add(line);
    err.println("FAILED " + line);
  }

  List<String> failures() {
    return List.copyOf(failures);
  }
}
