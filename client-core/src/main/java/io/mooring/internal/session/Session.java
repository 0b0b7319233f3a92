package io.mooring.internal.session;

import io.mooring.ReasonCode;
import io.mooring.UserProperty;
import io.mooring.error.MooringException;
import io.mooring.internal.wire.Packet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A live MQTT 5 session on one connection. Confined to the event loop. Any input may throw a {@link
 * MooringException}: the connection is over; the driver sends what is in the WireBuffer, closes,
 * and calls {@link #ended}.
 */
public final class Session {
  Session() {}

  /** What holds on this connection. */
  public Negotiated negotiated() {
    throw new IllegalStateException("being written");
  }

  /** A packet from the broker. */
  public void onPacket(Packet packet, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** Encodes what is queued while the WireBuffer is under 64 KiB and the windows are open. */
  public void pump(long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** SUBSCRIBE or UNSUBSCRIBE; fails alone what the broker said that it does not offer. */
  public void request(SubscriptionRequest request, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** PUBACK or PUBREC with Success; more than once and at QoS 0 without effect. */
  public void acknowledge(InboundPublish message, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** PUBACK or PUBREC with a reason, such as 0x83 or 0x99. */
  public void acknowledge(InboundPublish message, ReasonCode reason, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** AUTH 0x19 (section 4.12.1). */
  public void reauthenticate(byte @Nullable [] initialData, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** What {@code respond} returned. */
  public void authResponse(byte @Nullable [] data, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** What {@code finish} returned. */
  public void proven(@Nullable ServerProof proof, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** DISCONNECT; {@code sessionExpirySeconds} -1 to leave it. Nothing is sent after it. */
  public void disconnect(
      ReasonCode reason,
      long sessionExpirySeconds,
      @Nullable String reasonString,
      List<UserProperty> userProperties,
      long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** Acts on the clock: PINGREQ, keep alive. */
  public void tick(long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** When {@link #tick} is due, or {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    throw new IllegalStateException("being written");
  }

  /** Bytes came in: the broker is alive. */
  public void bytesReceived(long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** The driver stopped or resumed reading: silence is then ours, not the broker's. */
  public void readingPaused(boolean paused, long nowNanos) {
    throw new IllegalStateException("being written");
  }

  /** The connection is over. Called once: fails requests without an answer, keeps the publishes. */
  public void ended(MooringException cause, long nowNanos) {
    throw new IllegalStateException("being written");
  }
}
