package io.mooring.internal.telemetry;

import io.mooring.telemetry.ClientEvents;
import java.util.List;

/**
 * Who wants to hear of a client.
 *
 * @param listeners each on a lane of its own
 */
public record TelemetryOptions(List<ClientEvents> listeners) {
  /** Nobody does. */
  public static final TelemetryOptions NONE = new TelemetryOptions(List.of());

  /** Copies the list. */
  public TelemetryOptions {
    listeners = List.copyOf(listeners);
  }
}
