package io.mooring.internal.wire;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts one direction of a connection into packets and describes each. Keeps at most 64 KiB of a
 * packet, and wipes what it kept: a CONNECT holds a password.
 */
public final class StreamText {
  private static final int KEPT = 64 * 1024;
  private static final int LONGEST_HEADER = 5;

  private final int payloadBytes;
  private final Consumer<String> lines;
  private final byte[] header = new byte[LONGEST_HEADER];
  private int headerLength;
  private byte[] body = new byte[0];
  private int held;
  private long remaining = -1;
  private long missing;
  private boolean ended;

  /**
   * Describes to {@code lines}.
   *
   * @param payloadBytes how much of application content to show; -1 for none
   */
  public StreamText(int payloadBytes, Consumer<String> lines) {
    this.payloadBytes = payloadBytes;
    this.lines = lines;
  }

  /** Takes any slice of the stream. */
  public void feed(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && !ended) {
      at = remaining < 0 ? readHeader(bytes, at) : readBody(bytes, at, end);
    }
  }

  private int readHeader(byte[] bytes, int at) {
    byte next = bytes[at];
    header[headerLength++] = next;
    if (headerLength > 1 && next >= 0) {
      begin();
    } else if (headerLength == LONGEST_HEADER) {
      ended = true;
      lines.accept("malformed: a Remaining Length of more than 4 bytes; the trace ends here");
    }
    return at + 1;
  }

  private void begin() {
    remaining = 0;
    for (int i = 1; i < headerLength; i++) {
      remaining |= (long) (header[i] & 0x7F) << (7 * (i - 1));
    }
    body = new byte[(int) Math.min(remaining, KEPT)];
    if (remaining == 0) {
      finish();
    }
  }

  private int readBody(byte[] bytes, int at, int end) {
    int count = (int) Math.min(remaining, end - at);
    int kept = Math.min(count, body.length - held);
    System.arraycopy(bytes, at, body, held, kept);
    held += kept;
    missing += count - kept;
    remaining -= count;
    if (remaining == 0) {
      finish();
    }
    return at + count;
  }

  private void finish() {
    String said = PacketText.of(header[0] & 0xFF, body, 0, held, missing, payloadBytes);
    Arrays.fill(body, (byte) 0);
    headerLength = 0;
    held = 0;
    missing = 0;
    remaining = -1;
    lines.accept(said);
  }
}
