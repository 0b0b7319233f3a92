package io.mooring.internal.telemetry;

import io.mooring.Endpoint;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Keeps the flight recorder's classes away until somebody records. */
public final class FlightGate {
  /** A runtime image may be without it. */
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private FlightGate() {}

  /** An attempt to be recorded, or null while nobody records. */
  public static @Nullable FlightAttempt begin(String attempt, Endpoint broker) {
    return PRESENT && FlightRecorder.isInitialized()
        ? new FlightAttempt(attempt, broker.toString())
        : null;
  }
}
