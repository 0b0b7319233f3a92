package io.mooring.internal.session;

import org.jspecify.annotations.Nullable;

/**
 * Messages accepted and not yet in flight, oldest first. The session pulls from it while the
 * windows are open; whoever fills it sets the bounds. A durable outbox is one of these.
 */
public interface PublishQueue {
  /** The oldest message, or null if there is none. The same one until {@link #remove}. */
  @Nullable OutboundPublish peek();

  /** Takes away what {@link #peek} returned. */
  void remove();

  /** How many are waiting. */
  int size();
}
