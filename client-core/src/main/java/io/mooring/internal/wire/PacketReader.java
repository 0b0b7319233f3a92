package io.mooring.internal.wire;

/**
 * Frames and parses the byte stream from the broker. Checks the length against the maximum packet
 * size before it allocates for it (MQTT 5, section 3.1.2.11.4).
 */
public final class PacketReader {
  /** Receives whole packets, in order. */
  public interface Sink {
    /**
     * Called on the feeding thread. May throw to end the connection; the rest is then not parsed.
     */
    void onPacket(Packet packet);
  }

  /**
   * A reader that refuses packets over {@code maximumPacketSize} bytes, header included.
   *
   * @throws IllegalArgumentException if it is not 1 to 268,435,460
   */
  public PacketReader(int maximumPacketSize) {
    throw new IllegalStateException("being written" + maximumPacketSize);
  }

  /**
   * Takes any slice of the stream; whole packets go to {@code sink} at once, a part is kept.
   *
   * @throws io.mooring.error.ProtocolViolationException with the Reason Code for our DISCONNECT
   *     (0x81 Malformed Packet, 0x82 Protocol Error, 0x95 Packet too large)
   */
  public void feed(byte[] buffer, int offset, int length, Sink sink) {
    throw new IllegalStateException("being written");
  }
}
