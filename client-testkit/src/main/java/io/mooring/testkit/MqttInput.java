package io.mooring.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the data types of MQTT 5, section 1.5, strictly. */
final class MqttInput {
  private static final int MAX_VARIABLE_BYTES = 4;

  private final ByteBuffer bytes;

  MqttInput(byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  private MqttInput(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  boolean hasRemaining() {
    return bytes.hasRemaining();
  }

  int u8() throws MalformedPacketException {
    need(1);
    return bytes.get() & 0xFF;
  }

  int u16() throws MalformedPacketException {
    need(2);
    return bytes.getShort() & 0xFFFF;
  }

  long u32() throws MalformedPacketException {
    need(4);
    return bytes.getInt() & 0xFFFF_FFFFL;
  }

  int variable() throws MalformedPacketException {
    int value = 0;
    for (int i = 0; i < MAX_VARIABLE_BYTES; i++) {
      int next = u8();
      value |= (next & 0x7F) << (7 * i);
      if ((next & 0x80) == 0) {
        if (next == 0 && i > 0) {
          throw new MalformedPacketException(
              "a variable byte integer is longer than it needs to be (MQTT 5, 1.5.5)");
        }
        return value;
      }
    }
    throw new MalformedPacketException(
        "a variable byte integer has more than 4 bytes (MQTT 5, 1.5.5)");
  }

  String utf8() throws MalformedPacketException {
    ByteBuffer encoded = take(u16());
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
      if (text.indexOf('\0') >= 0) {
        throw new MalformedPacketException("a UTF-8 string holds U+0000 (MQTT 5, 1.5.4)");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new MalformedPacketException("a UTF-8 string is ill-formed (MQTT 5, 1.5.4)", e);
    }
  }

  Bytes binary() throws MalformedPacketException {
    return copy(take(u16()));
  }

  Bytes rest() throws MalformedPacketException {
    return copy(take(bytes.remaining()));
  }

  MqttInput slice(int length) throws MalformedPacketException {
    return new MqttInput(take(length));
  }

  void end(MqttType packet) throws MalformedPacketException {
    if (bytes.hasRemaining()) {
      throw new MalformedPacketException(
          packet + " has " + bytes.remaining() + " bytes after its end");
    }
  }

  private ByteBuffer take(int length) throws MalformedPacketException {
    need(length);
    ByteBuffer part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return part;
  }

  private void need(int length) throws MalformedPacketException {
    if (bytes.remaining() < length) {
      throw new MalformedPacketException(
          "a field of " + length + " bytes is cut off after " + bytes.remaining());
    }
  }

  private static Bytes copy(ByteBuffer part) {
    byte[] content = new byte[part.remaining()];
    part.get(content);
    return Bytes.of(content);
  }
}
