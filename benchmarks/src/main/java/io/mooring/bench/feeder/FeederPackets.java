package io.mooring.bench.feeder;

import io.mooring.bench.child.Receiving;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** As much of MQTT 5 as the feeder takes. */
final class FeederPackets {
  private static final int RECEIVE_MAXIMUM = 0x21;
  private static final int DEFAULT_RECEIVE_MAXIMUM = 0xFFFF;
  private static final int QOS = 6;

  /** Packet Identifier and an empty list of properties. */
  private static final int BEFORE_PAYLOAD = 3;

  private FeederPackets() {}

  /** Receive Maximum of a CONNECT, as far as the clients here use its properties. */
  static int receiveMaximum(ByteBuffer connect) {
    connect.position(10);
    int length = connect.get();
    int end = connect.position() + length;
    while (connect.position() < end) {
      int property = connect.get();
      switch (property) {
        case RECEIVE_MAXIMUM -> {
          return connect.getShort() & 0xFFFF;
        }
        case 0x11, 0x27 -> connect.getInt();
        case 0x22 -> connect.getShort();
        case 0x17, 0x19 -> connect.get();
        case 0x26 -> {
          skipText(connect);
          skipText(connect);
        }
        default -> throw new IllegalStateException("CONNECT with property " + property);
      }
    }
    return DEFAULT_RECEIVE_MAXIMUM;
  }

  private static void skipText(ByteBuffer buffer) {
    int length = buffer.getShort() & 0xFFFF;
    buffer.position(buffer.position() + length);
  }

  /** The payload of a PUBLISH. */
  static ByteBuffer payload(int first, ByteBuffer publish) {
    publish.position(2 + publish.getShort(0));
    if ((first & QOS) != 0) {
      publish.getShort();
    }
    int properties = publish.get();
    publish.position(publish.position() + properties);
    return publish;
  }

  /** A PUBLISH of so many zeros; its identifier, if any, is put in later. */
  static byte[] publish(int qos, int size) {
    byte[] topic = Receiving.TOPIC.getBytes(StandardCharsets.UTF_8);
    int rest = 2 + topic.length + (qos > 0 ? 2 : 0) + 1 + size;
    ByteBuffer packet = ByteBuffer.allocate(rest + 5).put((byte) (0x30 | qos << 1));
    int left = rest;
    while (left > 0x7F) {
      packet.put((byte) ((left & 0x7F) | 0x80));
      left >>= 7;
    }
    packet.put((byte) left).putShort((short) topic.length).put(topic);
    if (qos > 0) {
      packet.putShort((short) 0);
    }
    packet.put((byte) 0).put(new byte[size]).flip();
    byte[] bytes = new byte[packet.remaining()];
    packet.get(bytes);
    return bytes;
  }

  /** Puts the identifier into a PUBLISH whose payload begins there. */
  static void putId(byte[] block, int payload, int id) {
    block[payload - BEFORE_PAYLOAD] = (byte) (id >> 8);
    block[payload - BEFORE_PAYLOAD + 1] = (byte) id;
  }

  /** The message so many times. */
  static byte[] repeated(byte[] message, int times) {
    byte[] block = new byte[message.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(message, 0, block, i * message.length, message.length);
    }
    return block;
  }
}
