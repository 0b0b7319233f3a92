package io.mooring.internal.telemetry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The blocks of a pcapng file (draft-ietf-opsawg-pcapng), in network byte order. */
public final class Pcapng {
  private static final int SECTION_HEADER = 0x0A0D0D0A;
  private static final int BYTE_ORDER = 0x1A2B3C4D;
  private static final int INTERFACE = 1;
  private static final int ENHANCED_PACKET = 6;
  private static final int DECRYPTION_SECRETS = 0x0A;
  private static final int TLS_KEY_LOG = 0x544C534B;
  private static final int LINKTYPE_RAW = 101;
  private static final int OPTION_COMMENT = 1;
  private static final int OPTION_NAME = 2;
  private static final int OPTION_APPLICATION = 4;
  private static final int OPTION_RESOLUTION = 9;
  private static final int NANOSECONDS = 9;
  private static final int AROUND = 12;

  private Pcapng() {}

  /** The beginning of the file: a section, and its one interface of bare IP packets. */
  public static ByteBuffer beginning() {
    ByteBuffer section = ByteBuffer.allocate(64);
    section.putInt(BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1);
    option(section, OPTION_APPLICATION, text("Mooring"));
    section.putInt(0);
    ByteBuffer link = ByteBuffer.allocate(64);
    link.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(0);
    option(link, OPTION_NAME, text("MQTT, decrypted"));
    option(link, OPTION_RESOLUTION, new byte[] {NANOSECONDS});
    link.putInt(0);
    ByteBuffer first = block(SECTION_HEADER, section.flip());
    ByteBuffer second = block(INTERFACE, link.flip());
    return ByteBuffer.allocate(first.remaining() + second.remaining())
        .put(first)
        .put(second)
        .flip();
  }

  /** One packet; a comment that is empty is left out. */
  public static ByteBuffer packet(Instant at, ByteBuffer ip, String comment) {
    long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
    int length = ip.remaining();
    byte[] said = text(comment);
    ByteBuffer body = ByteBuffer.allocate(20 + padded(length) + 4 + padded(said.length) + 4);
    body.putInt(0).putInt((int) (nanos >>> 32)).putInt((int) nanos).putInt(length).putInt(length);
    body.put(ip).position(20 + padded(length));
    if (said.length > 0) {
      option(body, OPTION_COMMENT, said);
      body.putInt(0);
    }
    return block(ENHANCED_PACKET, body.flip());
  }

  /** Lines of a TLS key log. */
  public static ByteBuffer secrets(ByteBuffer lines) {
    int length = lines.remaining();
    ByteBuffer body = ByteBuffer.allocate(8 + padded(length));
    body.putInt(TLS_KEY_LOG).putInt(length).put(lines);
    return block(DECRYPTION_SECRETS, body.position(8 + padded(length)).flip());
  }

  private static ByteBuffer block(int type, ByteBuffer body) {
    int total = AROUND + body.remaining();
    return ByteBuffer.allocate(total).putInt(type).putInt(total).put(body).putInt(total).flip();
  }

  private static void option(ByteBuffer into, int code, byte[] value) {
    into.putShort((short) code).putShort((short) value.length).put(value);
    into.position(into.position() + padded(value.length) - value.length);
  }

  private static int padded(int length) {
    return (length + 3) & ~3;
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
