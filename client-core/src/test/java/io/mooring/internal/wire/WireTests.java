package io.mooring.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.UserProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the tests of this package share: hex in, packets out, and equality that looks into arrays.
 */
final class WireTests {
  static final int MEGABYTE = 1 << 20;

  private WireTests() {}

  /** Bytes from hex; spaces and line breaks are for the reader. */
  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** What the writer puts out. */
  static byte[] written(Consumer<PacketWriter> write) {
    WireBuffer buffer = new WireBuffer();
    write.accept(new PacketWriter(buffer));
    return Arrays.copyOf(buffer.array(), buffer.length());
  }

  static void assertBytes(String expectedHex, byte[] actual) {
    assertEquals(hex(hex(expectedHex)), hex(actual));
  }

  /** All packets in these bytes, fed at once. */
  static List<Packet> read(byte[] bytes) {
    List<Packet> packets = new ArrayList<>();
    new PacketReader(MEGABYTE).feed(bytes, 0, bytes.length, packets::add);
    return packets;
  }

  /** The one packet in these bytes. */
  static Packet readOne(byte[] bytes) {
    List<Packet> packets = read(bytes);
    assertEquals(1, packets.size());
    return packets.get(0);
  }

  static <T extends Packet> T readOne(Class<T> type, String hexDigits) {
    return type.cast(readOne(hex(hexDigits)));
  }

  static List<UserProperty> userProperties(String... namesAndValues) {
    List<UserProperty> properties = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      properties.add(new UserProperty(namesAndValues[i], namesAndValues[i + 1]));
    }
    return properties;
  }

  /** All of a packet as text, arrays and secrets included, so that two can be compared. */
  static String describe(Packet packet) {
    List<@Nullable Object> parts = new ArrayList<>();
    if (packet instanceof Packet.Publish p) {
      PublishProperties properties = p.properties();
      parts.addAll(
          List.of(
              p.dup(), p.qos(), p.retain(), p.topic(), p.packetId(), Arrays.hashCode(p.payload())));
      parts.add(p.payload().length);
      parts.add(properties.utf8Payload());
      parts.add(properties.expirySeconds());
      parts.add(properties.topicAlias());
      parts.add(properties.responseTopic());
      parts.add(Arrays.toString(properties.correlationData()));
      parts.add(properties.userProperties());
      parts.add(properties.subscriptionIdentifiers());
      parts.add(properties.contentType());
    } else if (packet instanceof Packet.ConnAck c) {
      parts.addAll(List.of(c.sessionPresent(), c.reason(), c.sessionExpirySeconds()));
      parts.addAll(List.of(c.receiveMaximum(), c.maximumQos(), c.retainAvailable()));
      parts.addAll(List.of(c.maximumPacketSize(), c.topicAliasMaximum(), c.userProperties()));
      parts.addAll(
          List.of(
              c.wildcardSubscriptionAvailable(),
              c.subscriptionIdentifiersAvailable(),
              c.sharedSubscriptionAvailable(),
              c.serverKeepAliveSeconds()));
      parts.add(c.assignedClientIdentifier());
      parts.add(c.reasonString());
      parts.add(c.responseInformation());
      parts.add(c.serverReference());
      parts.add(c.authenticationMethod());
      parts.add(Arrays.toString(c.authenticationData()));
    } else if (packet instanceof Packet.Auth a) {
      parts.addAll(List.of(a.reason(), a.userProperties()));
      parts.add(a.authenticationMethod());
      parts.add(Arrays.toString(a.authenticationData()));
      parts.add(a.reasonString());
    } else {
      parts.add(Objects.toString(packet));
    }
    return packet.getClass().getSimpleName() + parts;
  }
}
