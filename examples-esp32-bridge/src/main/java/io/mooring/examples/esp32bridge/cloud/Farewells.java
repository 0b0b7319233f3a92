package io.mooring.examples.esp32bridge.cloud;

import io.mooring.ConnectionState;
import io.mooring.SecureMqttClient;
import io.mooring.error.MooringException;
import java.time.Duration;

/** After a normal DISCONNECT the broker publishes no Will, so the client says it itself. */
final class Farewells {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private Farewells() {}

  static void say(SecureMqttClient client, String stateTopic) {
    if (client.state() instanceof ConnectionState.Connected) {
      try {
        client.publishAndWait(CloudClients.offline(stateTopic), PATIENCE);
      } catch (MooringException e) {
        return; // it waits in the outbox, and the session's end says it too
      }
    }
  }
}
