package io.mooring.internal.telemetry;

import io.mooring.Endpoint;
import io.mooring.telemetry.ClientEvents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to hear of a client.
 *
 * @param listeners each on a lane of its own
 * @param taps what traces and captures; on the bench
 * @param secrets what takes the secrets of TLS; by {@code dangerous()} alone
 */
public record TelemetryOptions(
    List<ClientEvents> listeners, List<TapSource> taps, List<SecretLog> secrets) {
  /** Copies the lists. */
  public TelemetryOptions {
    listeners = List.copyOf(listeners);
    taps = List.copyOf(taps);
    secrets = List.copyOf(secrets);
  }

  /** What sees the plaintext of an attempt, or null if nobody wants to. */
  public @Nullable StreamTap tap(String attempt, Endpoint broker) {
    return switch (taps.size()) {
      case 0 -> null;
      case 1 -> taps.get(0).tap(attempt, broker);
      default -> new Both(taps.stream().map(each -> each.tap(attempt, broker)).toList());
    };
  }

  /** What takes the secrets of a connection, or null if nobody may. */
  public @Nullable SecretLog secretLog() {
    return switch (secrets.size()) {
      case 0 -> null;
      case 1 -> secrets.get(0);
      default ->
          (label, random, secret) -> secrets.forEach(each -> each.secret(label, random, secret));
    };
  }

  private record Both(List<StreamTap> taps) implements StreamTap {
    @Override
    public void sent(byte[] bytes, int offset, int length) {
      taps.forEach(each -> each.sent(bytes, offset, length));
    }

    @Override
    public void received(byte[] bytes, int offset, int length) {
      taps.forEach(each -> each.received(bytes, offset, length));
    }

    @Override
    public void ended() {
      taps.forEach(StreamTap::ended);
    }
  }
}
