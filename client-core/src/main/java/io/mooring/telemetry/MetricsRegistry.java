package io.mooring.telemetry;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Where the numbers of a client go: implemented for a monitoring system, and given to {@link
 * io.mooring.ClientBuilder#metrics}. {@code client-micrometer} has one for Micrometer.
 *
 * <p>Counters and gauges are read when the monitoring system wants them, so that a message costs
 * nothing more than without metrics; one snapshot serves all reads within 100 ms. Timers hear of
 * each attempt to connect. When the client is closed every registration is ended.
 */
public interface MetricsRegistry {
  /** A number that only grows; {@code value} may be read on any thread and does not block. */
  Registration counter(Metric metric, LongSupplier value);

  /** A number that rises and falls; {@code value} may be read on any thread and does not block. */
  Registration gauge(Metric metric, LongSupplier value);

  /** Durations. */
  Timer timer(Metric metric);

  /** Something registered. */
  @FunctionalInterface
  interface Registration {
    /** Takes it out of the registry. Once. */
    void end();
  }

  /** Takes durations. */
  interface Timer extends Registration {
    /** Adds one. Any thread. */
    void record(Duration duration);
  }
}
