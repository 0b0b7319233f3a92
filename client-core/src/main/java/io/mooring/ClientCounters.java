package io.mooring;

import java.time.Duration;
import java.util.Map;

/**
 * What a client has counted since it was built, over all its connections.
 *
 * @param inbound the messages of the broker, over all subscriptions, ended ones included
 * @param subscriptions the same for each subscription that there is now, by Topic Filter
 * @param outbound the messages of this client
 * @param readingPauses how often the client stopped reading because handlers did not keep up
 * @param readingPaused for how long in all, a pause under way included
 */
public record ClientCounters(
    InboundCounters inbound,
    Map<String, InboundCounters> subscriptions,
    OutboundCounters outbound,
    long readingPauses,
    Duration readingPaused) {
  /** Keeps a copy. */
  public ClientCounters {
    subscriptions = Map.copyOf(subscriptions);
  }
}
