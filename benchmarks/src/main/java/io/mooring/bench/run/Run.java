package io.mooring.bench.run;

import java.nio.file.Path;

/**
 * What all rows of a run share.
 *
 * @param options what was asked for
 * @param classPaths of the clients
 * @param work the run's folder, with PEM files and what the processes say
 * @param results where figures go
 * @param progress where failures go
 * @param budget how long it all may take
 */
record Run(
    Options options,
    ClassPaths classPaths,
    Path work,
    Results results,
    Progress progress,
    TimeBudget budget) {

  /** How many clients measure a row, and how often. */
  int runs() {
    return options.effectiveRuns();
  }

  /** Whether a row was asked for; one that was and has no time left is put on record as failed. */
  boolean begins(String row) {
    if (!options.wants(row)) {
      return false;
    }
    if (budget.isOver()) {
      progress.failed(row, "all clients", "not begun: " + budget.what() + " are used up");
      return false;
    }
    return true;
  }
}
