package io.mooring.examples.esp32bridge.cloud;

import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.SecureMqttClient;
import io.mooring.examples.common.Pulse;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client with its pulse. */
final class CloudClient {
  private final Pulse pulse = new Pulse(System::nanoTime);
  private final SecureMqttClient client;

  /**
   * @param build makes the client with a listener of its state
   * @param listener hears of the state after the pulse has
   */
  CloudClient(
      Function<Consumer<ConnectionState>, SecureMqttClient> build,
      Consumer<ConnectionState> listener) {
    this.client =
        build.apply(
            state -> {
              pulse.state(state);
              listener.accept(state);
            });
  }

  SecureMqttClient client() {
    return client;
  }

  Publication publish(Message message) {
    return pulse.of(client.publish(message));
  }

  boolean isOnline() {
    return client.state() instanceof ConnectionState.Connected;
  }

  /**
   * Why none of these gets anything through, or null. One loop serves them all, so one that lives
   * speaks for it. One that gave up does not count: it has said why, and starting again cures
   * nothing.
   */
  static @Nullable String ailment(Collection<CloudClient> all) {
    List<CloudClient> trying =
        all.stream().filter(c -> !(c.client.state() instanceof ConnectionState.Stopped)).toList();
    trying.forEach(c -> c.pulse.ask(c.client));
    List<String> ailments =
        trying.stream().map(c -> c.pulse.ailment()).filter(Objects::nonNull).toList();
    return trying.isEmpty() || ailments.size() < trying.size() ? null : ailments.get(0);
  }

  /** How many of these are connected, in words. */
  static String standing(Collection<CloudClient> all) {
    long up = all.stream().filter(CloudClient::isOnline).count();
    return up + " of " + all.size() + " cloud connections up";
  }
}
