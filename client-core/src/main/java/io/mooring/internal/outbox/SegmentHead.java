package io.mooring.internal.outbox;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a segment begins with: number, format and the salt that all its checksums and its key depend
 * on. Without it nothing behind it can be verified, so it is written twice, a page apart.
 *
 * @param number of the segment, 1 or more
 * @param replacesFrom the oldest segment whose live entries were rewritten into this one; 0 if it
 *     is no rewrite
 * @param encrypted entries are encrypted
 * @param salt 32 random bytes
 * @param keyCheck tells a wrong key; zeros if not encrypted
 */
@SuppressWarnings("ArrayRecordComponent") // confined to this package, never compared
record SegmentHead(int number, int replacesFrom, boolean encrypted, byte[] salt, byte[] keyCheck) {
  /** The length of the area that holds both copies; the first record is behind it. */
  static final int AREA = 4096;

  static final int SALT_BYTES = 32;
  static final int CHECK_BYTES = 16;
  static final int VERSION = 1;

  private static final int BYTES = 96;
  private static final long MAGIC = 0x4D4F4F524C4F470AL; // "MOORLOG\n"
  private static final int ENCRYPTED = 1;

  boolean isRewrite() {
    return replacesFrom != 0;
  }

  /** True if this segment stands for {@code older}, whose file may still be there. */
  boolean replaces(int older) {
    return isRewrite() && replacesFrom <= older && older < number;
  }

  /** The first bytes of the salt: tells this segment from a rewrite of the same number. */
  int tag() {
    return ByteBuffer.wrap(salt).getInt();
  }

  /** Both copies, with zeros between. */
  byte[] encode() {
    ByteBuffer area = ByteBuffer.allocate(AREA);
    area.putLong(MAGIC);
    area.putShort((short) VERSION);
    area.putShort((short) (encrypted ? ENCRYPTED : 0));
    area.putInt(number);
    area.putInt(replacesFrom);
    area.putInt(0);
    area.put(salt);
    area.put(keyCheck);
    CRC32C crc = new CRC32C();
    crc.update(area.array(), 0, BYTES - 4);
    area.putInt(BYTES - 4, (int) crc.getValue());
    System.arraycopy(area.array(), 0, area.array(), AREA - BYTES, BYTES);
    return area.array();
  }

  /**
   * Reads what may be shorter than the area.
   *
   * @return null if neither copy is intact
   * @throws NewerFormatException if it is intact and of a format that is not known
   */
  static @Nullable SegmentHead decode(byte[] area, int length) throws NewerFormatException {
    SegmentHead head = decodeAt(area, length, 0);
    return head != null ? head : decodeAt(area, length, AREA - BYTES);
  }

  private static @Nullable SegmentHead decodeAt(byte[] area, int length, int at)
      throws NewerFormatException {
    if (length < at + BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(area, at, BYTES).slice();
    CRC32C crc = new CRC32C();
    crc.update(area, at, BYTES - 4);
    if (in.getLong(0) != MAGIC || in.getInt(BYTES - 4) != (int) crc.getValue()) {
      return null;
    }
    int version = in.getShort(8) & 0xFFFF;
    if (version != VERSION) {
      throw new NewerFormatException(version);
    }
    byte[] salt = new byte[SALT_BYTES];
    byte[] check = new byte[CHECK_BYTES];
    in.get(24, salt).get(24 + SALT_BYTES, check);
    boolean encrypted = (in.getShort(10) & ENCRYPTED) != 0;
    return new SegmentHead(in.getInt(12), in.getInt(16), encrypted, salt, check);
  }

  /** An intact head says that a later version of Mooring wrote the segment. */
  static final class NewerFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int version;

    NewerFormatException(int version) {
      super("format " + version);
      this.version = version;
    }

    int version() {
      return version;
    }
  }
}
