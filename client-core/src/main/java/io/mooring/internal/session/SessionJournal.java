package io.mooring.internal.session;

/**
 * Hears of each change to the session that has to survive a restart. The owner makes what it heard
 * durable before it sends the bytes that the same input put into the WireBuffer: then a Packet
 * Identifier is on disk before its PUBLISH leaves, and an inbound QoS 2 identifier before its
 * PUBREC. {@link #told} and {@link #durable} say how far it is.
 */
public interface SessionJournal {
  /** Remembers nothing: the session lives as long as the process. */
  SessionJournal NONE = new SessionJournal() {};

  /** {@code publish} (QoS 1 or 2) goes out under {@code packetId}. */
  default void assigned(OutboundPublish publish, int packetId) {}

  /** PUBREC came for {@code publish}: only PUBREL is left. */
  default void received(OutboundPublish publish) {}

  /** The session is gone; {@code publish} waits again, without an identifier. */
  default void unassigned(OutboundPublish publish) {}

  /** {@code publish} was delivered or failed: it can be forgotten. */
  default void completed(OutboundPublish publish) {}

  /**
   * The handler is done with the inbound QoS 2 message {@code packetId}; its PUBREC goes out now or
   * later.
   */
  default void inboundReceived(int packetId) {}

  /** PUBREL came: {@code packetId} means nothing any more. */
  default void inboundReleased(int packetId) {}

  /** The session is gone: no inbound identifier means anything any more. */
  default void inboundCleared() {}

  /** The broker may hold the session from now on, or holds it no longer. */
  default void sessionHeld(boolean held) {}

  /** How much was told so far that has to be durable before what it led to may leave. */
  default long told() {
    return 0;
  }

  /** How much of {@link #told} is durable. */
  default long durable() {
    return 0;
  }

  /**
   * False while the disk refuses what it is told. The session then starts nothing at QoS 1 and 2
   * that it would have to remember, and goes on with the rest.
   */
  default boolean isWritable() {
    return true;
  }
}
