package io.mooring.internal.session;

import io.mooring.ReasonCode;
import io.mooring.error.ProtocolViolationException;
import io.mooring.internal.wire.PacketWriter;
import io.mooring.internal.wire.WireBuffer;
import java.util.List;

/**
 * The way to the broker on one connection. Once closed, nothing more is written (MQTT 5, 3.14.4).
 */
final class Link {
  /**
   * Past this the session writes no more publishes, so that an alias or expiry is not fixed too
   * early.
   */
  static final int HIGH_WATER = 64 * 1024;

  private final WireBuffer out;
  private final PacketWriter writer;
  private boolean closed;

  Link(WireBuffer out) {
    this.out = out;
    this.writer = new PacketWriter(out);
  }

  PacketWriter writer() {
    return writer;
  }

  int length() {
    return out.length();
  }

  boolean isFull() {
    return out.length() >= HIGH_WATER;
  }

  /** Appends packets encoded elsewhere. */
  void append(WireBuffer packets) {
    out.put(packets.array(), 0, packets.length());
  }

  /** Appends the last packet, encoded elsewhere. */
  void appendFarewell(WireBuffer packet) {
    out.farewellFollows();
    append(packet);
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }

  /**
   * Ends the connection with DISCONNECT and the reason that names the broker's fault (section
   * 4.13).
   */
  ProtocolViolationException violation(ReasonCode reason, String what) {
    end(reason);
    return new ProtocolViolationException(
        what + " Connection closed with " + reason + ".", reason, null);
  }

  /** A Protocol Error, 0x82. */
  ProtocolViolationException protocolError(String what) {
    return violation(ReasonCode.PROTOCOL_ERROR, what);
  }

  /** DISCONNECT as the last packet, unless one was sent. */
  void end(ReasonCode reason) {
    if (!closed) {
      out.farewellFollows();
      writer.disconnect(reason, -1, null, List.of());
      closed = true;
    }
  }
}
