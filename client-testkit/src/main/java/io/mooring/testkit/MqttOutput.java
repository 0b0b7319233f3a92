package io.mooring.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the data types of MQTT 5, section 1.5, without checking: a test may want them wrong. */
final class MqttOutput {
  private static final int CONTINUES = 0x80;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  MqttOutput u8(int value) {
    bytes.write(value);
    return this;
  }

  MqttOutput u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  MqttOutput u32(long value) {
    return u16((int) (value >>> 16)).u16((int) value);
  }

  MqttOutput variable(long value) {
    long rest = value;
    while (rest >= CONTINUES) {
      u8((int) (rest | CONTINUES) & 0xFF);
      rest >>>= 7;
    }
    return u8((int) rest);
  }

  MqttOutput utf8(String text) {
    return binary(text.getBytes(StandardCharsets.UTF_8));
  }

  MqttOutput binary(byte[] content) {
    return u16(content.length).raw(content);
  }

  MqttOutput raw(byte[] content) {
    bytes.writeBytes(content);
    return this;
  }

  int size() {
    return bytes.size();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
