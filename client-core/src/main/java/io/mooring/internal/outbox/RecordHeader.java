package io.mooring.internal.outbox;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The 24 bytes before each record's body. Its checksum covers the salt of the segment and the
 * record's place in it, which nobody who chooses a payload knows: a payload that imitates a record
 * is never taken for one, and neither is a record that was copied elsewhere.
 *
 * @param type one of the constants here
 * @param flags QoS in bits 0 and 1, {@link #ENCRYPTED} in bit 2
 * @param packetId 0 where it means nothing
 * @param length of the body, in bytes
 * @param id of the entry; 0 where it means nothing
 * @param bodyChecksum CRC-32C of the body
 */
record RecordHeader(int type, int flags, int packetId, int length, long id, int bodyChecksum) {
  static final int BYTES = 24;

  static final int SNAPSHOT = 1;
  static final int ENTRY = 2;
  static final int ASSIGNED = 3;
  static final int RECEIVED = 4;
  static final int UNASSIGNED = 5;
  static final int COMPLETED = 6;
  static final int INBOUND_RECEIVED = 7;
  static final int INBOUND_RELEASED = 8;
  static final int INBOUND_CLEARED = 9;
  static final int SESSION_HELD = 10;
  static final int SESSION_GONE = 11;

  static final int QOS_BITS = 3;
  static final int ENCRYPTED = 4;

  private static final int LAST_TYPE = SESSION_GONE;
  private static final int ALL_FLAGS = QOS_BITS | ENCRYPTED;

  /** A record without a body. */
  static RecordHeader bare(int type, int packetId, long id) {
    return new RecordHeader(type, 0, packetId, 0, id, 0);
  }

  boolean isEncrypted() {
    return (flags & ENCRYPTED) != 0;
  }

  int qos() {
    return flags & QOS_BITS;
  }

  /** The first 16 bytes: what encryption binds the body to. */
  void putIdentity(ByteBuffer out) {
    out.put((byte) type).put((byte) flags).putShort((short) packetId).putInt(length).putLong(id);
  }

  byte[] encode(SegmentHead segment, long offset) {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    putIdentity(out);
    out.putInt(bodyChecksum);
    out.putInt(checksum(segment, offset, out.array(), 0));
    return out.array();
  }

  /** The header at {@code at} of {@code bytes}, or null if there is none. */
  static @Nullable RecordHeader decode(SegmentHead segment, long offset, byte[] bytes, int at) {
    int type = bytes[at];
    int flags = bytes[at + 1];
    if (type < SNAPSHOT || type > LAST_TYPE || (flags & ~ALL_FLAGS) != 0) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, at, BYTES).slice();
    int length = in.getInt(4);
    if (length < 0 || in.getInt(20) != checksum(segment, offset, bytes, at)) {
      return null;
    }
    return new RecordHeader(
        type, flags, in.getShort(2) & 0xFFFF, length, in.getLong(8), in.getInt(16));
  }

  private static int checksum(SegmentHead segment, long offset, byte[] bytes, int at) {
    CRC32C crc = new CRC32C();
    crc.update(segment.salt());
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, offset));
    crc.update(bytes, at, BYTES - 4);
    return (int) crc.getValue();
  }

  static int bodyChecksum(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    return (int) crc.getValue();
  }
}
