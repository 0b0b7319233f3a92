package io.mooring.internal.session;

import org.jspecify.annotations.Nullable;

/** What outlives a connection (MQTT 5, section 4.1). */
public final class SessionState {
  /** A state that holds no session yet. */
  public SessionState(PublishQueue queue, SessionJournal journal) {
    throw new IllegalStateException("being written");
  }

  /** True if a session may still be with the broker, so that the next CONNECT resumes it. */
  public boolean held() {
    throw new IllegalStateException("being written");
  }

  /**
   * Says that this device knows of a session from an earlier run, and has restored what it held.
   */
  public void hold() {
    throw new IllegalStateException("being written");
  }

  /** Puts back a QoS 1 or 2 publish under its Packet Identifier, in the original order. */
  public void restoreInFlight(OutboundPublish publish, int packetId, boolean received) {
    throw new IllegalStateException("being written");
  }

  /** Puts back the Packet Identifier of an inbound QoS 2 message that was handed over. */
  public void restoreInbound(int packetId) {
    throw new IllegalStateException("being written");
  }

  /** The Assigned Client Identifier of the session held, or null. */
  public @Nullable String assignedClientIdentifier() {
    throw new IllegalStateException("being written");
  }

  /** Messages accepted and not yet delivered or failed. */
  public int pending() {
    throw new IllegalStateException("being written");
  }
}
