package io.mooring.bench.feeder;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Packets out of a stream; acknowledgements are only counted, since they come by the million. */
final class FeederInput {
  private static final int PUBACK = 4;
  private static final int PUBCOMP = 7;
  private static final int BYTES = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[BYTES];
  private int position;
  private int end;
  private int acknowledged;

  FeederInput(InputStream in) {
    this.in = in;
  }

  /**
   * The next packet that is no acknowledgement, or null when what has come so far is used up.
   *
   * @throws EOFException if the client has left
   */
  @Nullable Packet next() throws IOException {
    while (true) {
      int body = position + 1;
      int length = 0;
      int shift = 0;
      boolean whole = false;
      while (body < end && !whole) {
        int digit = buffer[body++];
        length |= (digit & 0x7F) << shift;
        shift += 7;
        whole = digit >= 0;
      }
      if (!whole || end - body < length) {
        return null;
      }
      int first = buffer[position] & 0xFF;
      position = body + length;
      if (first >> 4 == PUBACK || first >> 4 == PUBCOMP) {
        acknowledged++;
      } else {
        return new Packet(first, Arrays.copyOfRange(buffer, body, position));
      }
    }
  }

  /** How many messages were acknowledged since the last call. */
  int acknowledged() {
    int count = acknowledged;
    acknowledged = 0;
    return count;
  }

  /** Waits for more bytes. */
  void read() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, end - position);
    end -= position;
    position = 0;
    int got = in.read(buffer, end, buffer.length - end);
    if (got <= 0) {
      throw new EOFException("The client has left");
    }
    end += got;
  }

  /** A packet. */
  static final class Packet {
    private final int first;
    private final byte[] body;

    private Packet(int first, byte[] body) {
      this.first = first;
      this.body = body;
    }

    /** Its type, as the standard numbers them. */
    int type() {
      return first >> 4;
    }

    /** Its first byte. */
    int first() {
      return first;
    }

    /** What follows Remaining Length. */
    byte[] body() {
      return body;
    }
  }
}
