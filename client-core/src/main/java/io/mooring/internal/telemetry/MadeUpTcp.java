package io.mooring.internal.telemetry;

import java.nio.ByteBuffer;

/**
 * TCP segments around a plaintext that never crossed a network as such, so that every tool follows
 * it: from 192.0.2.1, which is this device, to port 1883 of 192.0.2.2 (addresses for documentation,
 * RFC 5737).
 */
public final class MadeUpTcp {
  private static final int DEVICE = 0xC0000201;
  private static final int BROKER = 0xC0000202;
  private static final int MQTT_PORT = 1883;
  private static final int FIRST_PORT = 49_152;
  private static final int PORTS = 16_384;
  private static final int HEADERS = 40;
  private static final int IP_HEADER = 20;

  /** The most that one segment carries here. */
  public static final int MOST = 32 * 1024;

  public static final int FIN = 0x01;
  public static final int SYN = 0x02;
  public static final int PUSH = 0x08;
  public static final int ACK = 0x10;

  private final int port;
  private int sent;
  private int received;

  /** The connection with this number; what is told apart by it is the device's port. */
  public MadeUpTcp(int number) {
    this.port = FIRST_PORT + number % PORTS;
  }

  /** One segment of at most {@link #MOST} bytes, which counts from now on. */
  public ByteBuffer segment(boolean fromDevice, int flags, byte[] bytes, int offset, int length) {
    ByteBuffer packet = ByteBuffer.allocate(HEADERS + length);
    packet.putShort((short) 0x4500).putShort((short) (HEADERS + length)).putInt(0);
    packet.putShort((short) 0x4006).putShort((short) 0);
    packet.putInt(fromDevice ? DEVICE : BROKER).putInt(fromDevice ? BROKER : DEVICE);
    packet.putShort(10, checksum(packet, 0, IP_HEADER, 0));
    packet.putShort((short) (fromDevice ? port : MQTT_PORT));
    packet.putShort((short) (fromDevice ? MQTT_PORT : port));
    packet.putInt(fromDevice ? sent : received).putInt(fromDevice ? received : sent);
    packet.putShort((short) (0x5000 | flags)).putShort((short) 0xFFFF).putInt(0);
    packet.put(bytes, offset, length);
    int pseudo = 6 + IP_HEADER + length; // protocol and TCP length of the pseudo header
    packet.putShort(IP_HEADER + 16, checksum(packet, 12, HEADERS + length, pseudo));
    int counts = length + ((flags & (SYN | FIN)) != 0 ? 1 : 0);
    if (fromDevice) {
      sent += counts;
    } else {
      received += counts;
    }
    return packet.flip();
  }

  /** RFC 1071. */
  private static short checksum(ByteBuffer packet, int from, int to, int start) {
    long sum = start;
    for (int i = from; i < to; i += 2) {
      int low = i + 1 < to ? packet.get(i + 1) & 0xFF : 0;
      sum += ((packet.get(i) & 0xFF) << 8) | low;
    }
    while (sum > 0xFFFF) {
      sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return (short) ~sum;
  }
}
