package io.mooring.internal.session;

import io.mooring.Message;
import io.mooring.ReasonCode;
import io.mooring.error.MooringException;
import io.mooring.internal.wire.Packet;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the broker. Outlives connections; ends with exactly one call to its
 * {@link Completion}.
 */
public final class OutboundPublish implements Awaited {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final Message message;
  private final long acceptedAtNanos;
  private final Completion completion;
  private final long expiryNanos;
  private final long storedId;

  /** 0 while it waits. */
  int packetId;

  /** PUBREC came: only PUBREL and PUBCOMP are left. */
  boolean received;

  /** In flight since an earlier connection and not yet sent again on this one. */
  boolean resend;

  Packet.@Nullable Ack verdict;
  @Nullable OutboundPublish previous;
  @Nullable OutboundPublish next;

  /**
   * A message accepted now.
   *
   * @param acceptedAtNanos on the clock of {@code nowNanos}; Message Expiry Interval counts from
   *     here
   */
  public OutboundPublish(Message message, long acceptedAtNanos, Completion completion) {
    this(message, acceptedAtNanos, completion, 0);
  }

  /**
   * A message that a log holds.
   *
   * @param storedId what the log calls it; 0 if none holds it
   */
  public OutboundPublish(
      Message message, long acceptedAtNanos, Completion completion, long storedId) {
    this.message = message;
    this.acceptedAtNanos = acceptedAtNanos;
    this.completion = completion;
    this.storedId = storedId;
    Duration expiry = message.expiry();
    this.expiryNanos = expiry == null ? -1 : expiry.toNanos();
  }

  /** The message. */
  public Message message() {
    return message;
  }

  /** What the log that holds it calls it; 0 if it lives in memory only. */
  public long storedId() {
    return storedId;
  }

  /** When it was accepted. */
  public long acceptedAtNanos() {
    return acceptedAtNanos;
  }

  /**
   * What is left of Message Expiry Interval in seconds, rounded up; 0 if expired, -1 if it never
   * does.
   */
  long remainingExpirySeconds(long nowNanos) {
    if (expiryNanos < 0) {
      return -1;
    }
    long left = expiryNanos - Math.max(0, nowNanos - acceptedAtNanos);
    return left <= 0 ? 0 : (left + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
  }

  void delivered() {
    Packet.Ack ack = verdict;
    completion.delivered(this, ack == null ? ReasonCode.SUCCESS : ack.reason(), ack);
  }

  void failed(MooringException cause) {
    completion.failed(this, cause);
  }

  /** Ends one that no session has taken from its queue. */
  public void abandon(MooringException cause) {
    failed(cause);
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
