package io.mooring.internal.session;

import io.mooring.Message;
import io.mooring.ReasonCode;
import io.mooring.error.MooringException;
import io.mooring.internal.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the broker. Outlives connections; ends with exactly one call to its
 * {@link Completion}.
 */
public final class OutboundPublish {
  private final Message message;
  private final long acceptedAtNanos;
  private final Completion completion;

  /**
   * A message accepted now.
   *
   * @param acceptedAtNanos on the clock of {@code nowNanos}; Message Expiry Interval counts from
   *     here
   */
  public OutboundPublish(Message message, long acceptedAtNanos, Completion completion) {
    this.message = message;
    this.acceptedAtNanos = acceptedAtNanos;
    this.completion = completion;
  }

  /** The message. */
  public Message message() {
    return message;
  }

  /** When it was accepted. */
  public long acceptedAtNanos() {
    return acceptedAtNanos;
  }

  Completion completion() {
    return completion;
  }

  /** Hears how a publish ended. Called on the event loop: hands over and returns. */
  public interface Completion {
    /**
     * QoS 0: encoded for sending. QoS 1: PUBACK below 0x80. QoS 2: PUBCOMP.
     *
     * @param reason {@link ReasonCode#SUCCESS} or {@link ReasonCode#NO_MATCHING_SUBSCRIBERS}
     * @param acknowledgement the PUBACK or PUBREC with its properties; null at QoS 0 and for a QoS
     *     2 message whose PUBREC came before a restart
     */
    void delivered(
        OutboundPublish publish, ReasonCode reason, Packet.@Nullable Ack acknowledgement);

    /** Refused, expired, too large or not allowed by the broker. It is not sent again. */
    void failed(OutboundPublish publish, MooringException cause);
  }
}
