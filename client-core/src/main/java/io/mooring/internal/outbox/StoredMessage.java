package io.mooring.internal.outbox;

import io.mooring.Message;

/**
 * A live entry of the log.
 *
 * @param id increasing in the order of acceptance
 * @param acceptedAtMillis as given to {@link OutboxLog#append}
 * @param message the message
 * @param packetId the Packet Identifier of a QoS 2 message in flight; otherwise 0
 * @param received PUBREC came
 */
public record StoredMessage(
    long id, long acceptedAtMillis, Message message, int packetId, boolean received) {}
