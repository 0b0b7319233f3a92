package io.mooring.internal.telemetry;

import io.mooring.ClientCounters;
import io.mooring.ConnectionState;

/** A client as its metrics see it. Any thread. */
public interface Gauged {
  /** Its name, as attempts are called by it. */
  String name();

  /** What it has counted. */
  ClientCounters counters();

  /** Where it stands. */
  ConnectionState state();
}
