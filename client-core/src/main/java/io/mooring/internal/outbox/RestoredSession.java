package io.mooring.internal.outbox;

import java.util.List;

/**
 * The session as the last run left it.
 *
 * @param held true if the broker may still hold it
 * @param inFlight empty if it is not held; otherwise first what PUBREC came for, in the order of
 *     the PUBRECs, then the rest in the order of sending, which is that of the ids
 * @param inboundPacketIds inbound QoS 2 identifiers whose PUBREC may have left and whose PUBREL did
 *     not come; empty if the session is not held
 */
public record RestoredSession(
    boolean held, List<InFlight> inFlight, List<Integer> inboundPacketIds) {
  /** Copies the lists. */
  public RestoredSession {
    inFlight = List.copyOf(inFlight);
    inboundPacketIds = List.copyOf(inboundPacketIds);
  }

  /**
   * One publish in flight.
   *
   * @param id of the entry
   * @param packetId 1 to 65,535 at QoS 2. 0 at QoS 1, whose identifiers are not journalled: the
   *     owner gives it one that no other has. Every live QoS 1 entry that is older than the newest
   *     QoS 2 entry with an identifier counts as in flight, so that the order per client is kept
   * @param received PUBREC came, so that only PUBREL is left to be sent. So it is with an id that
   *     {@link OutboxLog#read} does not know: its entry is damaged or was deleted, but the broker
   *     may still hold the identifier. Send PUBREL, then call {@link OutboxLog#completed}
   */
  public record InFlight(long id, int packetId, boolean received) {}
}
