package io.mooring.internal.session;

import org.jspecify.annotations.Nullable;

/** What a live session tells its driver, on the event loop: hand over and return. */
public interface SessionListener {
  /** A message; at QoS 1 and 2 it is acknowledged later by {@link Session#acknowledge}. */
  void message(InboundPublish message);

  /** Re-authentication: run {@code respond} on the worker, then {@link Session#authResponse}. */
  void challenge(byte @Nullable [] serverData);

  /** Re-authentication: run {@code finish} on the worker, then {@link Session#proven}. */
  void verify(byte @Nullable [] serverData);

  /** Re-authentication succeeded. */
  void reauthenticated();
}
