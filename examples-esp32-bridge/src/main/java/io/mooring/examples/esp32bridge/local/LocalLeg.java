package io.mooring.examples.esp32bridge.local;

import java.util.concurrent.CompletionStage;

/** The broker on the closed side. Any thread; no call waits for the network. */
public interface LocalLeg extends AutoCloseable {
  /** Connects in the background from now on, and again after each loss. */
  void start();

  /** Publishes; completes when the broker has acknowledged it, and fails if it was lost. */
  CompletionStage<Void> publish(LocalMessage message);

  @Override
  void close();
}
