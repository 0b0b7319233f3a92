package io.mooring.examples.esp32bridge.link;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One frame as it stands between two delimiters, its checksum right and its tag not yet looked at.
 *
 * @param type any code, known or not
 * @param credit what the sender has room for, from {@code ack} on
 * @param counter of the sender in this session; 0 in the handshake
 * @param seq of a sequenced frame, else 0
 * @param ack what the sender expects next
 * @param payload not copied
 * @param content header and payload: what the tag covers
 * @param tag 16 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record Frame(
    int type,
    int credit,
    long counter,
    int seq,
    int ack,
    byte[] payload,
    byte[] content,
    byte[] tag) {
  static final int HEADER = 12;
  static final int TAG = 16;
  static final int CRC = 4;
  static final int OVERHEAD = HEADER + TAG + CRC;
  static final int MOST_CREDIT = 32;
  static final int SMALLEST_PAYLOAD = 128;
  static final int LARGEST_PAYLOAD = 8192;
  static final int SEQ_MASK = 0xFFFF;

  private static final long COUNTER_MASK = 0xFFFF_FFFFL;

  /** Header and payload of a frame to be sent. */
  static byte[] content(
      FrameType type, int credit, long counter, int seq, int ack, byte[] payload) {
    return ByteBuffer.allocate(HEADER + payload.length)
        .put((byte) type.code())
        .put((byte) credit)
        .putShort((short) payload.length)
        .putInt((int) counter)
        .putShort((short) seq)
        .putShort((short) ack)
        .put(payload)
        .array();
  }

  /** What goes on the line: COBS of content, tag and checksum, and the delimiter. */
  static byte[] line(byte[] content, byte[] tag) {
    byte[] frame = new byte[content.length + TAG + CRC];
    System.arraycopy(content, 0, frame, 0, content.length);
    System.arraycopy(tag, 0, frame, content.length, TAG);
    ByteBuffer.wrap(frame).putInt(content.length + TAG, crc(frame, content.length + TAG));
    byte[] encoded = Cobs.encode(frame);
    return Arrays.copyOf(encoded, encoded.length + 1);
  }

  /** Reads what stood between two delimiters; null if size, length field or checksum is wrong. */
  static @Nullable Frame read(byte[] encoded, int length, int largestPayload) {
    byte[] bytes = Cobs.decode(encoded, length);
    if (bytes == null || bytes.length < OVERHEAD || bytes.length > OVERHEAD + largestPayload) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int type = in.get() & 0xFF;
    int credit = in.get() & 0xFF;
    int size = in.getShort() & 0xFFFF;
    if (bytes.length != OVERHEAD + size
        || in.getInt(bytes.length - CRC) != crc(bytes, bytes.length - CRC)) {
      return null;
    }
    long counter = in.getInt() & COUNTER_MASK;
    int seq = in.getShort() & SEQ_MASK;
    int ack = in.getShort() & SEQ_MASK;
    byte[] payload = new byte[size];
    in.get(payload);
    byte[] tag = new byte[TAG];
    in.get(tag);
    return new Frame(
        type, credit, counter, seq, ack, payload, Arrays.copyOf(bytes, HEADER + size), tag);
  }

  /** Never the payload. */
  @Override
  public String toString() {
    return "Frame[0x"
        + Integer.toHexString(type)
        + ", counter "
        + counter
        + ", seq "
        + seq
        + ", ack "
        + ack
        + ", "
        + payload.length
        + " bytes]";
  }

  static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
