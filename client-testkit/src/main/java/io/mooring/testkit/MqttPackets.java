package io.mooring.testkit;

import io.mooring.testkit.MqttPacket.Subscription;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes and reads MQTT 5 packets as bytes. The makers check nothing; {@link #frame}, {@link #utf8}
 * and their like build packets that no sound broker would send.
 */
public final class MqttPackets {
  /** Reason code 0x00, Success. */
  public static final int SUCCESS = 0x00;

  /** Reason code 0x18, Continue authentication. */
  public static final int CONTINUE_AUTHENTICATION = 0x18;

  /** Reason code 0x19, Re-authenticate. */
  public static final int RE_AUTHENTICATE = 0x19;

  /** Reason code 0x87, Not authorized. */
  public static final int NOT_AUTHORIZED = 0x87;

  private static final int MAX_LENGTH_BYTES = 4;

  private MqttPackets() {}

  /** CONNECT with Clean Start, a keep alive of 60 s and nothing else. */
  public static MqttPacket.Connect connect(String clientId) {
    return connect(clientId, MqttProperties.NONE);
  }

  /** CONNECT with Clean Start, a keep alive of 60 s and the given properties. */
  public static MqttPacket.Connect connect(String clientId, MqttProperties properties) {
    return new MqttPacket.Connect(
        true, 60, clientId, Optional.empty(), Optional.empty(), Optional.empty(), properties);
  }

  /** CONNECT that begins enhanced authentication (MQTT 5, 4.12). */
  public static MqttPacket.Connect connect(String clientId, String method, byte[] data) {
    return connect(clientId, authentication(method, data));
  }

  /** CONNACK without properties. */
  public static byte[] connack(boolean sessionPresent, int reasonCode) {
    return connack(sessionPresent, reasonCode, MqttProperties.NONE);
  }

  /** CONNACK. */
  public static byte[] connack(boolean sessionPresent, int reasonCode, MqttProperties properties) {
    return new MqttPacket.Connack(sessionPresent, reasonCode, properties).encode();
  }

  /** CONNACK 0x00 that ends enhanced authentication with the server's last data. */
  public static byte[] connack(String method, byte[] data) {
    return connack(false, SUCCESS, authentication(method, data));
  }

  /** AUTH with method and data. */
  public static byte[] auth(int reasonCode, String method, byte[] data) {
    return new MqttPacket.Auth(reasonCode, authentication(method, data)).encode();
  }

  /** PUBLISH at QoS 0. */
  public static byte[] publish(String topic, byte[] payload) {
    return publish(topic, payload, 0, 0);
  }

  /** PUBLISH at any QoS; the packet identifier is written at QoS 1 and 2 only. */
  public static byte[] publish(String topic, byte[] payload, int qos, int packetId) {
    return publish(topic, payload, qos, packetId, MqttProperties.NONE);
  }

  /** PUBLISH with properties. */
  public static byte[] publish(
      String topic, byte[] payload, int qos, int packetId, MqttProperties properties) {
    return new MqttPacket.Publish(false, qos, false, topic, packetId, properties, Bytes.of(payload))
        .encode();
  }

  /** PUBACK. */
  public static byte[] puback(int packetId, int reasonCode) {
    return ack(MqttType.PUBACK, packetId, reasonCode);
  }

  /** PUBREC. */
  public static byte[] pubrec(int packetId, int reasonCode) {
    return ack(MqttType.PUBREC, packetId, reasonCode);
  }

  /** PUBREL. */
  public static byte[] pubrel(int packetId, int reasonCode) {
    return ack(MqttType.PUBREL, packetId, reasonCode);
  }

  /** PUBCOMP. */
  public static byte[] pubcomp(int packetId, int reasonCode) {
    return ack(MqttType.PUBCOMP, packetId, reasonCode);
  }

  /** SUBSCRIBE for one filter at the given QoS. */
  public static byte[] subscribe(int packetId, String filter, int qos) {
    return new MqttPacket.Subscribe(
            packetId, MqttProperties.NONE, List.of(new Subscription(filter, qos)))
        .encode();
  }

  /** SUBACK. */
  public static byte[] suback(int packetId, Integer... reasonCodes) {
    return new MqttPacket.Suback(packetId, MqttProperties.NONE, List.of(reasonCodes)).encode();
  }

  /** UNSUBSCRIBE. */
  public static byte[] unsubscribe(int packetId, String... filters) {
    return new MqttPacket.Unsubscribe(packetId, MqttProperties.NONE, List.of(filters)).encode();
  }

  /** UNSUBACK. */
  public static byte[] unsuback(int packetId, Integer... reasonCodes) {
    return new MqttPacket.Unsuback(packetId, MqttProperties.NONE, List.of(reasonCodes)).encode();
  }

  /** PINGREQ. */
  public static byte[] pingreq() {
    return new MqttPacket.Ping(MqttType.PINGREQ).encode();
  }

  /** PINGRESP. */
  public static byte[] pingresp() {
    return new MqttPacket.Ping(MqttType.PINGRESP).encode();
  }

  /** DISCONNECT without properties. */
  public static byte[] disconnect(int reasonCode) {
    return new MqttPacket.Disconnect(reasonCode, MqttProperties.NONE).encode();
  }

  /** The properties Authentication Method and Authentication Data. */
  public static MqttProperties authentication(String method, byte[] data) {
    return MqttProperties.NONE
        .with(MqttProperty.AUTHENTICATION_METHOD, method)
        .with(MqttProperty.AUTHENTICATION_DATA, data);
  }

  /** A packet of the given type with the flags the standard fixes and any body. */
  public static byte[] frame(MqttType type, byte[] body) {
    return frame(type.code() << 4 | type.fixedFlags(), body);
  }

  /** A packet with any first byte and any body; only Remaining Length is computed. */
  public static byte[] frame(int firstByte, byte[] body) {
    return new MqttOutput().u8(firstByte).variable(body.length).raw(body).toBytes();
  }

  /** A first byte and a Remaining Length with nothing after it: a promise of bytes. */
  public static byte[] header(int firstByte, long remainingLength) {
    return new MqttOutput().u8(firstByte).variable(remainingLength).toBytes();
  }

  /** A Variable Byte Integer (MQTT 5, 1.5.5). */
  public static byte[] variable(long value) {
    return new MqttOutput().variable(value).toBytes();
  }

  /** A UTF-8 Encoded String (MQTT 5, 1.5.4). */
  public static byte[] utf8(String text) {
    return new MqttOutput().utf8(text).toBytes();
  }

  /** Binary Data (MQTT 5, 1.5.6). */
  public static byte[] binary(byte[] content) {
    return new MqttOutput().binary(content).toBytes();
  }

  /** The runs of bytes one after the other. */
  public static byte[] concat(byte[]... parts) {
    var out = new MqttOutput();
    Arrays.stream(parts).forEach(out::raw);
    return out.toBytes();
  }

  /**
   * Reads exactly one packet.
   *
   * @throws MalformedPacketException if the bytes break the standard or are not one packet
   */
  public static MqttPacket decode(byte[] packet) throws MalformedPacketException {
    List<MqttPacket> all = decodeAll(packet);
    if (all.size() != 1) {
      throw new MalformedPacketException("the bytes hold " + all.size() + " packets, not one");
    }
    return all.get(0);
  }

  /**
   * Reads packets to the end of the bytes.
   *
   * @throws MalformedPacketException if the bytes break the standard or end inside a packet
   */
  public static List<MqttPacket> decodeAll(byte[] packets) throws MalformedPacketException {
    var in = new ByteArrayInputStream(packets);
    List<MqttPacket> all = new ArrayList<>();
    try {
      for (Optional<MqttPacket> next = read(in); next.isPresent(); next = read(in)) {
        all.add(next.get());
      }
    } catch (MalformedPacketException e) {
      throw e;
    } catch (IOException e) {
      throw new MalformedPacketException("the bytes end inside a packet", e);
    }
    return all;
  }

  /**
   * Reads the next packet of a stream.
   *
   * @return empty if the stream ends before the packet's first byte
   * @throws MalformedPacketException if the packet breaks the standard
   * @throws EOFException if the stream ends inside the packet
   * @throws IOException if the stream fails
   */
  public static Optional<MqttPacket> read(InputStream in) throws IOException {
    int firstByte = in.read();
    if (firstByte < 0) {
      return Optional.empty();
    }
    int length = readRemainingLength(in);
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException(
          "the stream ends after %d of %d bytes of a packet".formatted(body.length, length));
    }
    return Optional.of(MqttDecoder.decode(firstByte, body));
  }

  private static byte[] ack(MqttType type, int packetId, int reasonCode) {
    return new MqttPacket.Ack(type, packetId, reasonCode, MqttProperties.NONE).encode();
  }

  private static int readRemainingLength(InputStream in) throws IOException {
    var encoded = new ByteArrayOutputStream(MAX_LENGTH_BYTES);
    int next;
    do {
      next = in.read();
      if (next < 0) {
        throw new EOFException("the stream ends inside Remaining Length");
      }
      encoded.write(next);
    } while ((next & 0x80) != 0 && encoded.size() < MAX_LENGTH_BYTES);
    return new MqttInput(encoded.toByteArray()).variable();
  }
}
