package io.mooring.telemetry;

/**
 * Hears what happens to a client: see {@link io.mooring.ClientBuilder#events}.
 *
 * <p>Events come one at a time and in order, off the event loop, on a lane of this listener's own:
 * it may block without holding up the client or any other listener. At most 256 events wait for it;
 * what comes beyond is dropped, and {@link ClientEvent.EventsMissed} says how many.
 */
@FunctionalInterface
public interface ClientEvents {
  /** Something happened. What this throws is logged and has no effect. */
  void happened(ClientEvent event);
}
