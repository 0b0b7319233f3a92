package io.mooring.examples.esp32bridge.link;

import java.nio.ByteBuffer;

/**
 * What one side of a line has counted since it started, as PING and PONG carry it.
 *
 * @param framesSent session frames sent, repeats included
 * @param framesReceived session frames that verified and were new
 * @param retransmitted sequenced frames sent again
 * @param crcErrors pieces of the line that were no frame
 * @param badTags frames with a wrong tag: not from this device, or forged
 * @param replays session frames whose counter was used before
 * @param duplicates sequenced frames taken before
 * @param gaps sequenced frames that came too early
 * @param droppedQos0 QoS 0 messages lost with a session
 */
public record LinkCounters(
    long framesSent,
    long framesReceived,
    long retransmitted,
    long crcErrors,
    long badTags,
    long replays,
    long duplicates,
    long gaps,
    long droppedQos0) {
  static final int BYTES = 36;

  /** Nothing counted yet. */
  public static final LinkCounters NONE = new LinkCounters(0, 0, 0, 0, 0, 0, 0, 0, 0);

  private static final long MASK = 0xFFFF_FFFFL;

  static LinkCounters read(ByteBuffer in) {
    return new LinkCounters(
        in.getInt() & MASK,
        in.getInt() & MASK,
        in.getInt() & MASK,
        in.getInt() & MASK,
        in.getInt() & MASK,
        in.getInt() & MASK,
        in.getInt() & MASK,
        in.getInt() & MASK,
        in.getInt() & MASK);
  }

  void write(ByteBuffer out) {
    out.putInt((int) framesSent)
        .putInt((int) framesReceived)
        .putInt((int) retransmitted)
        .putInt((int) crcErrors)
        .putInt((int) badTags)
        .putInt((int) replays)
        .putInt((int) duplicates)
        .putInt((int) gaps)
        .putInt((int) droppedQos0);
  }
}
