package io.mooring.bench.run;

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
  int warmUp(Measured process, boolean cold) throws IOException;

  /** One run. */
  void measure(Measured process, int amount, Results results) throws IOException;
}
