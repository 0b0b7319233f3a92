package io.mooring.internal.tls;

import io.mooring.error.ErrorCode;
import io.mooring.error.TlsException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Cuts a stream into TLS records (RFC 8446, section 5.1). bctls opens without a copy only what it
 * gets as exactly one record; everything else it queues. What is held is at most one record.
 */
final class Records {
  /** Takes exactly one record. */
  @FunctionalInterface
  interface Sink {
    /** Returns false to end the cutting: the rest of the stream does not matter any more. */
    boolean record(byte[] buffer, int offset, int length);
  }

  static final int HEADER = 5;
  static final int MAX_RECORD = HEADER + (1 << 14) + 256;

  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] NOTHING = new byte[0];
  private static final int LENGTH_OFFSET = 3;
  private static final int FIRST_TYPE = 20;
  private static final int LAST_TYPE = 23;
  private static final int MAJOR_VERSION = 3;
  private static final int EVIDENCE_BYTES = 24;

  private final String peer;
  private byte[] partial = NOTHING;
  private int held;
  private boolean spokeTls;

  Records(String peer) {
    this.peer = peer;
  }

  /** True if the stream has ended, so far, inside a record. */
  boolean isInsideRecord() {
    return held > 0;
  }

  /** True once a whole record came. */
  boolean spokeTls() {
    return spokeTls;
  }

  /**
   * Consumes all of {@code stream}. Records of an array-backed buffer are not copied.
   *
   * @throws TlsException if the bytes are no TLS record, or a record longer than TLS allows
   */
  void offer(ByteBuffer stream, Sink sink) {
    boolean wanted = true;
    while (wanted && stream.hasRemaining()) {
      wanted = (stream.hasArray() && held == 0) ? inPlace(stream, sink) : buffered(stream, sink);
    }
    stream.position(stream.limit());
    if (!wanted || held == 0) {
      release(); // while records keep coming in pieces, the array stays
    }
  }

  /** Gives back the buffer. */
  void release() {
    partial = NOTHING;
    held = 0;
  }

  private boolean inPlace(ByteBuffer stream, Sink sink) {
    byte[] array = stream.array();
    int offset = stream.arrayOffset() + stream.position();
    int length = recordLength(array, offset, stream.remaining());
    if (length > stream.remaining()) {
      return buffered(stream, sink);
    }
    stream.position(stream.position() + length);
    spokeTls = true;
    return sink.record(array, offset, length);
  }

  private boolean buffered(ByteBuffer stream, Sink sink) {
    take(stream, HEADER);
    int length = recordLength(partial, 0, held);
    if (held < HEADER) {
      return true;
    }
    take(stream, length);
    if (held < length) {
      return true;
    }
    held = 0;
    spokeTls = true;
    return sink.record(partial, 0, length);
  }

  /** Fills the buffer up to {@code total} bytes, growing it to no more than that. */
  private void take(ByteBuffer stream, int total) {
    int count = Math.min(total - held, stream.remaining());
    if (count <= 0) {
      return;
    }
    if (partial.length < total) {
      partial = Arrays.copyOf(partial, total);
    }
    stream.get(partial, held, count);
    held += count;
  }

  /** The length with header, or {@link #HEADER} as long as the header is not whole. */
  private int recordLength(byte[] bytes, int offset, int available) {
    int type = bytes[offset];
    boolean record =
        type >= FIRST_TYPE
            && type <= LAST_TYPE
            && (available < 2 || bytes[offset + 1] == MAJOR_VERSION);
    if (!record) {
      throw notTls(bytes, offset, available);
    }
    if (available < HEADER) {
      return HEADER;
    }
    int high = bytes[offset + LENGTH_OFFSET] & 0xFF;
    int low = bytes[offset + LENGTH_OFFSET + 1] & 0xFF;
    int length = HEADER + ((high << 8) | low);
    if (length > MAX_RECORD) {
      throw new TlsException(
          ErrorCode.RECORD_DAMAGED,
          peer
              + " sent a TLS record of "
              + (length - HEADER)
              + " bytes; TLS allows 16640. What listens there is not a sound TLS server; check the"
              + " port.",
          null);
    }
    return length;
  }

  private TlsException notTls(byte[] bytes, int offset, int available) {
    String evidence = evidence(bytes, offset, Math.min(available, EVIDENCE_BYTES));
    if (spokeTls) {
      return new TlsException(
          ErrorCode.RECORD_DAMAGED,
          peer
              + " sent something that is no TLS record amid TLS: "
              + evidence
              + ". The stream was altered on its way, or the broker mixed plaintext into it;"
              + " reconnect.",
          null);
    }
    return new TlsException(
        ErrorCode.NOT_TLS,
        peer
            + " does not speak TLS; it answered "
            + evidence
            + ". Check the port: MQTT over TLS is 8883 as a rule, 1883 is plaintext, which Mooring"
            + " never speaks.",
        null);
  }

  private static String evidence(byte[] bytes, int offset, int length) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = offset; i < offset + length; i++) {
      int c = bytes[i] & 0xFF;
      if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
        text.append((char) c);
      } else {
        text.append("\\x").append(HEX.toHexDigits((byte) c));
      }
    }
    return text.append('"').toString();
  }
}
