package io.mooring.internal.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Frames and parses the byte stream from the broker. Checks the length against the maximum packet
 * size before it allocates for it (MQTT 5, section 3.1.2.11.4), and then allocates as bytes arrive,
 * not as the length promises.
 */
public final class PacketReader {
  private static final int KEPT_CAPACITY = 4096;
  private static final byte[] NOTHING = {};

  private final int maximumPacketSize;
  private final @Nullable SpareArray spare;

  /** Null until the next packet. */
  private @Nullable PacketParser parser;

  /** The first part of a packet that no slice has held whole. */
  private byte[] held = NOTHING;

  private int heldLength;

  /** Of the packet in {@link #held}; 0 until its fixed header is whole. */
  private int heldTotal;

  private boolean ended;

  /** Receives whole packets, in order. */
  public interface Sink {
    /**
     * Called on the feeding thread. May throw to end the connection; the rest is then not parsed.
     */
    void onPacket(Packet packet);
  }

  /**
   * A reader that refuses packets over {@code maximumPacketSize} bytes, header included, and keeps
   * parts of them in arrays of its own.
   *
   * @throws IllegalArgumentException if it is not 1 to 268,435,460
   */
  public PacketReader(int maximumPacketSize) {
    this(maximumPacketSize, null);
  }

  /** The same; it borrows {@code spare}, if it is not null, for the part of a large packet. */
  public PacketReader(int maximumPacketSize, @Nullable SpareArray spare) {
    if (maximumPacketSize < 1 || maximumPacketSize > FixedHeader.MAX_PACKET_SIZE) {
      throw new IllegalArgumentException(
          "maximum packet size is 1 to "
              + FixedHeader.MAX_PACKET_SIZE
              + " bytes; got "
              + maximumPacketSize);
    }
    this.maximumPacketSize = maximumPacketSize;
    this.spare = spare;
  }

  /**
   * Takes any slice of the stream; whole packets go to {@code sink} at once, a part is kept. The
   * stream ends with the first exception, whether its own or the sink's: what is fed later is
   * dropped.
   *
   * @throws io.mooring.error.ProtocolViolationException with the Reason Code for our DISCONNECT
   *     (0x81 Malformed Packet, 0x82 Protocol Error, 0x90 Topic Name invalid, 0x94 Topic Alias
   *     invalid, 0x95 Packet too large)
   */
  public void feed(byte[] buffer, int offset, int length, Sink sink) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (ended) {
      return;
    }
    boolean whole = false;
    try {
      int position = heldLength == 0 ? offset : completeHeld(buffer, offset, offset + length, sink);
      readFrom(buffer, position, offset + length, sink);
      whole = true;
    } finally {
      if (!whole) {
        ended = true;
        release(0);
      }
    }
  }

  /** Gives back what the next packet makes anew; worth a call when a connection falls idle. */
  public void trim() {
    parser = null;
  }

  /** Bytes of memory that wait for the rest of a packet; for tests of the cap. */
  int capacity() {
    return held.length;
  }

  /** Parses whole packets in place and keeps the rest. */
  private void readFrom(byte[] buffer, int from, int end, Sink sink) {
    int position = from;
    while (position < end) {
      int total = totalLength(buffer, position, end);
      if (total == 0 || total > end - position) {
        hold(buffer, position, end - position, total);
        return;
      }
      deliver(buffer, position, total, sink);
      position += total;
    }
  }

  /** Adds to the held part until the packet is whole; returns where the next one starts. */
  private int completeHeld(byte[] buffer, int from, int end, Sink sink) {
    int position = from;
    while (heldTotal == 0 && position < end) {
      hold(buffer, position++, 1, 0);
      heldTotal = totalLength(held, 0, heldLength);
    }
    if (heldTotal == 0) {
      return position;
    }
    int count = Math.min(heldTotal - heldLength, end - position);
    hold(buffer, position, count, heldTotal);
    if (heldLength == heldTotal) {
      deliver(held, 0, heldTotal, sink);
      release(KEPT_CAPACITY);
    }
    return position + count;
  }

  private void deliver(byte[] buffer, int from, int total, Sink sink) {
    int headerLength = headerLength(buffer, from);
    sink.onPacket(
        parser().parse(buffer[from] & 0xFF, buffer, from + headerLength, total - headerLength));
  }

  /**
   * The length of the packet that starts at {@code from}, or 0 if its fixed header is not whole
   * yet. Fails as soon as the bytes at hand allow it.
   */
  private int totalLength(byte[] buffer, int from, int end) {
    int first = buffer[from] & 0xFF;
    FixedHeader.checkFirstByte(first);
    int remaining = 0;
    for (int i = 1; i <= 4; i++) {
      if (from + i >= end) {
        return 0;
      }
      int digit = buffer[from + i];
      remaining |= (digit & 0x7F) << (7 * (i - 1));
      if (digit >= 0) {
        if (digit == 0 && i > 1) {
          throw Violations.malformed(
              FixedHeader.name(first), "Remaining Length is not in its shortest form (1.5.5)");
        }
        FixedHeader.checkLength(first, i + 1, remaining, maximumPacketSize);
        return i + 1 + remaining;
      }
    }
    throw Violations.malformed(
        FixedHeader.name(first), "Remaining Length takes more than four bytes (section 1.5.5)");
  }

  private static int headerLength(byte[] buffer, int from) {
    int length = 2;
    while (buffer[from + length - 1] < 0) {
      length++;
    }
    return length;
  }

  private PacketParser parser() {
    PacketParser known = parser;
    if (known == null) {
      known = new PacketParser();
      parser = known;
    }
    return known;
  }

  private void hold(byte[] buffer, int from, int count, int total) {
    int needed = heldLength + count;
    if (needed > held.length) {
      byte[] old = held;
      held = larger(needed, total == 0 ? needed : total);
      System.arraycopy(old, 0, held, 0, heldLength);
      lend(old);
    }
    System.arraycopy(buffer, from, held, heldLength, count);
    heldLength = needed;
    heldTotal = total;
  }

  private byte[] larger(int needed, int ceiling) {
    byte[] lent = spare != null && needed > KEPT_CAPACITY ? spare.take(needed) : null;
    return lent != null
        ? lent
        : new byte[(int) Math.min(ceiling, Math.max(needed, 2L * held.length))];
  }

  private void lend(byte[] done) {
    if (spare != null && done.length > KEPT_CAPACITY) {
      spare.give(done);
    }
  }

  private void release(int keep) {
    heldLength = 0;
    heldTotal = 0;
    if (held.length > keep) {
      lend(held);
      held = NOTHING;
    }
  }
}
