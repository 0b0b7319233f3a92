package io.mooring;

/**
 * What became of the messages that a client published. At rest {@code found + accepted} is {@code
 * delivered + failed + droppedOldest + waiting}; while messages move, {@code waiting} may be ahead
 * by those under way.
 *
 * @param found messages of earlier runs, found in the outbox
 * @param accepted messages accepted in this run: durable, or taken into memory
 * @param delivered acknowledged by the broker, or at QoS 0 handed to TLS
 * @param failed accepted and never to be delivered: refused by the broker, expired, too large,
 *     unreadable, or in memory when the client was closed
 * @param droppedOldest accepted and dropped to make room ({@link
 *     io.mooring.outbox.Overflow#DROP_OLDEST})
 * @param droppedNewest not accepted and dropped ({@link io.mooring.outbox.Overflow#DROP_NEWEST})
 * @param notKept not accepted because the disk did not take them
 * @param waiting accepted and not over
 */
public record OutboundCounters(
    long found,
    long accepted,
    long delivered,
    long failed,
    long droppedOldest,
    long droppedNewest,
    long notKept,
    long waiting) {}
