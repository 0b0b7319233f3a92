package io.mooring.internal.telemetry;

import io.mooring.Endpoint;
import java.util.concurrent.CompletableFuture;

/** Makes a tap for each attempt. */
public interface TapSource {
  /** The tap of one attempt. */
  StreamTap tap(String attempt, Endpoint broker);

  /** No attempt comes any more; completes when all that came is written. */
  CompletableFuture<Void> end();
}
