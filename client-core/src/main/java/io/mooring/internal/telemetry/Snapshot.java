package io.mooring.internal.telemetry;

import io.mooring.ClientCounters;
import io.mooring.ConnectionState;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The counters of a client for readers that come in bursts: one snapshot serves 100 ms. */
final class Snapshot {
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Gauged client;
  private @Nullable ClientCounters counters;
  private long takenAt;

  Snapshot(Gauged client) {
    this.client = client;
  }

  synchronized long read(ToLongFunction<ClientCounters> which) {
    long now = System.nanoTime();
    ClientCounters fresh = counters;
    if (fresh == null || now - takenAt > FRESH_NANOS) {
      fresh = client.counters();
      counters = fresh;
      takenAt = now;
    }
    return which.applyAsLong(fresh);
  }

  ConnectionState state() {
    return client.state();
  }
}
