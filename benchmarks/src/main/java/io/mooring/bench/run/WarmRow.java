package io.mooring.bench.run;

import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.IOException;

/** A row that is measured in a process that stays and has warmed up. */
interface WarmRow {
  String name();

  /** Whether the client can do it at all. */
  default boolean suits(String client) {
    return true;
  }

  /**
   * Brings the process to speed.
   *
   * @param cold whether the process has done nothing yet
   * @return how much one run is to do
   */
  int warmUp(Measured process, boolean cold, RowTime time) throws IOException;

  /** One run. */
  void measure(Measured process, int amount, RowTime time, Results results) throws IOException;
}
