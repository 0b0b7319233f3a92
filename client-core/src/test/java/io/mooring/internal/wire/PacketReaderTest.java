package io.mooring.internal.wire;

import static io.mooring.internal.wire.WireTests.hex;
import static io.mooring.internal.wire.WireTests.read;
import static io.mooring.internal.wire.WireTests.readOne;
import static io.mooring.internal.wire.WireTests.userProperties;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.error.ProtocolViolationException;
import io.mooring.internal.wire.Packet.AckType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Golden bytes of what a broker sends, computed by hand from the standard, and framing. */
class PacketReaderTest {
  @Test
  void connAck_bare_hasTheStandardsDefaults() {
    Packet.ConnAck ack = readOne(Packet.ConnAck.class, "20 03 00 00 00");
    assertFalse(ack.sessionPresent());
    assertEquals(ReasonCode.SUCCESS, ack.reason());
    assertEquals(-1, ack.sessionExpirySeconds());
    assertEquals(65_535, ack.receiveMaximum());
    assertEquals(Qos.EXACTLY_ONCE, ack.maximumQos());
    assertTrue(ack.retainAvailable());
    assertEquals(-1, ack.maximumPacketSize());
    assertNull(ack.assignedClientIdentifier());
    assertEquals(0, ack.topicAliasMaximum());
    assertNull(ack.reasonString());
    assertEquals(List.of(), ack.userProperties());
    assertTrue(ack.wildcardSubscriptionAvailable());
    assertTrue(ack.subscriptionIdentifiersAvailable());
    assertTrue(ack.sharedSubscriptionAvailable());
    assertEquals(-1, ack.serverKeepAliveSeconds());
    assertNull(ack.responseInformation());
    assertNull(ack.serverReference());
    assertNull(ack.authenticationMethod());
    assertNull(ack.authenticationData());
  }

  @Test
  void connAck_everyProperty() {
    Packet.ConnAck ack =
        readOne(
            Packet.ConnAck.class,
            """
            20 4a 01 00 47
            11 ffffffff  21 ffff  24 01  25 00  27 ffffffff
            12 0002 6964  22 8000  1f 0003 610a62
            26 0001 6b 0001 76  26 0001 6b 0001 77
            28 00  29 00  2a 00  13 0000
            1a 0001 72  1c 0001 73  15 0001 6d  16 0002 00ff
            """);
    assertTrue(ack.sessionPresent());
    assertEquals(0xFFFF_FFFFL, ack.sessionExpirySeconds());
    assertEquals(65_535, ack.receiveMaximum());
    assertEquals(Qos.AT_LEAST_ONCE, ack.maximumQos());
    assertFalse(ack.retainAvailable());
    assertEquals(0xFFFF_FFFFL, ack.maximumPacketSize());
    assertEquals("id", ack.assignedClientIdentifier());
    assertEquals(0x8000, ack.topicAliasMaximum());
    assertEquals("a\nb", ack.reasonString());
    assertEquals(userProperties("k", "v", "k", "w"), ack.userProperties());
    assertFalse(ack.wildcardSubscriptionAvailable());
    assertFalse(ack.subscriptionIdentifiersAvailable());
    assertFalse(ack.sharedSubscriptionAvailable());
    assertEquals(0, ack.serverKeepAliveSeconds());
    assertEquals("r", ack.responseInformation());
    assertEquals("s", ack.serverReference());
    assertEquals("m", ack.authenticationMethod());
    assertArrayEquals(new byte[] {0, (byte) 0xFF}, ack.authenticationData());
    assertFalse(ack.toString().contains("255"), ack::toString);
  }

  @Test
  void connAck_reasonsPahoDoesNotKnow_areRead() {
    for (String code : List.of("8c", "99", "9b")) {
      assertEquals(
          Integer.parseInt(code, 16),
          readOne(Packet.ConnAck.class, "20 03 00 " + code + " 00").reason().code());
    }
  }

  @Test
  void publish_qos0_bare() {
    Packet.Publish publish = readOne(Packet.Publish.class, "31 08 0003 612f62 00 0102");
    assertFalse(publish.dup());
    assertTrue(publish.retain());
    assertEquals(Qos.AT_MOST_ONCE, publish.qos());
    assertEquals("a/b", publish.topic());
    assertEquals(0, publish.packetId());
    assertSame(PublishProperties.NONE, publish.properties());
    assertArrayEquals(new byte[] {1, 2}, publish.payload());
  }

  @Test
  void publish_everyProperty() {
    Packet.Publish publish =
        readOne(
            Packet.Publish.class,
            """
            3c 39 0003 74c3a9 fffe 30
            01 01  02 0000003c  23 ffff  08 0003 722f31  09 0002 ff00
            26 0001 6b 0001 76  26 0001 6b 0000
            0b 01  0b ffffff7f  03 0004 74657874
            21
            """);
    assertTrue(publish.dup());
    assertEquals(Qos.EXACTLY_ONCE, publish.qos());
    assertEquals("t\u00e9", publish.topic());
    assertEquals(0xFFFE, publish.packetId());
    PublishProperties properties = publish.properties();
    assertTrue(properties.utf8Payload());
    assertEquals(60, properties.expirySeconds());
    assertEquals(65_535, properties.topicAlias());
    assertEquals("r/1", properties.responseTopic());
    assertArrayEquals(new byte[] {(byte) 0xFF, 0}, properties.correlationData());
    assertEquals(userProperties("k", "v", "k", ""), properties.userProperties());
    assertEquals(List.of(1, 268_435_455), properties.subscriptionIdentifiers());
    assertEquals("text", properties.contentType());
    assertArrayEquals(new byte[] {'!'}, publish.payload());
  }

  @Test
  void publish_emptyTopicWithAlias_isRead() {
    Packet.Publish publish = readOne(Packet.Publish.class, "30 06 0000 03 23 0001");
    assertEquals("", publish.topic());
    assertEquals(1, publish.properties().topicAlias());
    assertEquals(0, publish.payload().length);
  }

  @Test
  void publish_byteOrderMark_isKept() {
    assertEquals("\ufeffa", readOne(Packet.Publish.class, "30 07 0004 efbbbf61 00").topic());
  }

  @Test
  void publish_sameTopicAgain_isTheSameString() {
    List<Packet> packets =
        read(hex("30 04 0001 61 00  30 04 0001 61 00  30 04 0001 62 00  30 05 0002 6162 00"));
    List<String> topics = new ArrayList<>();
    for (Packet packet : packets) {
      topics.add(assertInstanceOf(Packet.Publish.class, packet).topic());
    }
    assertEquals(List.of("a", "a", "b", "ab"), topics);
    assertSame(topics.get(0), topics.get(1));
  }

  @Test
  void publish_propertiesOfOnePacket_doNotReachTheNext() {
    List<Packet> packets = read(hex("30 0b 0001 61 07 26 0001 6b 0001 76 30 06 0001 61 02 01 01"));
    Packet.Publish second = assertInstanceOf(Packet.Publish.class, packets.get(1));
    assertEquals(List.of(), second.properties().userProperties());
  }

  @Test
  void acks_inAllThreeLengths() {
    assertEquals(
        new Packet.Ack(AckType.PUBACK, 1, ReasonCode.SUCCESS, null, List.of()),
        readOne(hex("40 02 0001")));
    assertEquals(
        new Packet.Ack(AckType.PUBREC, 2, ReasonCode.NO_MATCHING_SUBSCRIBERS, null, List.of()),
        readOne(hex("50 03 0002 10")));
    assertEquals(
        new Packet.Ack(AckType.PUBREL, 3, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, "no", List.of()),
        readOne(hex("62 09 0003 92 05 1f 0002 6e6f")));
    assertEquals(
        new Packet.Ack(AckType.PUBCOMP, 4, ReasonCode.SUCCESS, null, userProperties("k", "v")),
        readOne(hex("70 0b 0004 00 07 26 0001 6b 0001 76")));
  }

  @Test
  void subAck_andUnsubAck() {
    assertEquals(
        new Packet.SubAck(
            false,
            10,
            List.of(
                ReasonCode.SUCCESS,
                ReasonCode.GRANTED_QOS_1,
                ReasonCode.GRANTED_QOS_2,
                ReasonCode.NOT_AUTHORIZED,
                ReasonCode.QUOTA_EXCEEDED,
                ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED),
            null,
            List.of()),
        readOne(hex("90 09 000a 00 00 01 02 87 97 a2")));
    assertEquals(
        new Packet.SubAck(
            true, 11, List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED), "x", userProperties("k", "v")),
        readOne(hex("b0 0f 000b 0b 1f 0001 78 26 0001 6b 0001 76 11")));
  }

  @Test
  void pingResp() {
    assertEquals(new Packet.PingResp(), readOne(hex("d0 00")));
  }

  @Test
  void disconnect_inAllThreeLengths() {
    assertEquals(
        new Packet.Disconnect(ReasonCode.SUCCESS, null, null, List.of()), readOne(hex("e0 00")));
    assertEquals(
        new Packet.Disconnect(ReasonCode.SESSION_TAKEN_OVER, null, null, List.of()),
        readOne(hex("e0 01 8e")));
    assertEquals(
        new Packet.Disconnect(ReasonCode.SERVER_MOVED, "r", "b:8883", userProperties("k", "v")),
        readOne(hex("e0 16 9d 14 1f 0001 72 1c 0006 623a38383833 26 0001 6b 0001 76")));
  }

  @Test
  void auth_challengeAndEmptySuccess() {
    Packet.Auth auth = readOne(Packet.Auth.class, "f0 0e 18 0c 15 0001 6d 16 0002 7f00 1f 0000");
    assertEquals(ReasonCode.CONTINUE_AUTHENTICATION, auth.reason());
    assertEquals("m", auth.authenticationMethod());
    assertArrayEquals(new byte[] {0x7F, 0}, auth.authenticationData());
    assertEquals("", auth.reasonString());
    Packet.Auth success = readOne(Packet.Auth.class, "f0 00");
    assertEquals(ReasonCode.SUCCESS, success.reason());
    assertNull(success.authenticationMethod());
  }

  @Test
  void feed_hugeLength_failsBeforeAnythingIsAllocated() {
    PacketReader reader = new PacketReader(65_536);
    byte[] header = hex("30 ff ff ff 7f");
    for (int i = 0; i < 4; i++) {
      reader.feed(header, i, 1, packet -> {});
    }
    ProtocolViolationException e =
        assertThrows(
            ProtocolViolationException.class, () -> reader.feed(header, 4, 1, packet -> {}));
    assertEquals(ReasonCode.PACKET_TOO_LARGE, e.reasonCode());
    assertTrue(String.valueOf(e.getMessage()).contains("268435460"), e::getMessage);
    assertEquals(0, reader.capacity());
  }

  @Test
  void feed_allowedHugeLength_allocatesAsBytesArrive() {
    PacketReader reader = new PacketReader(268_435_460);
    byte[] start = hex("30 ff ff ff 7f 0001 61 00");
    reader.feed(start, 0, start.length, packet -> {});
    assertTrue(reader.capacity() <= 16, () -> reader.capacity() + " bytes");
    byte[] block = new byte[1000];
    for (int i = 0; i < 100; i++) {
      reader.feed(block, 0, block.length, packet -> {});
    }
    assertTrue(reader.capacity() <= 2 * 101_000, () -> reader.capacity() + " bytes");
  }

  @Test
  void feed_packetOfExactlyTheMaximum_isRead_oneMoreIsNot() {
    byte[] packet = hex("30 08 0003 612f62 00 0102");
    List<Packet> packets = new ArrayList<>();
    new PacketReader(10).feed(packet, 0, packet.length, packets::add);
    assertEquals(1, packets.size());
    assertThrows(
        ProtocolViolationException.class,
        () -> new PacketReader(9).feed(packet, 0, packet.length, packets::add));
  }

  @Test
  void feed_afterTheSinkThrew_nothingMoreIsParsed() {
    PacketReader reader = new PacketReader(100);
    byte[] pings = hex("d0 00 d0 00 d0 00");
    List<Packet> packets = new ArrayList<>();
    IllegalStateException stop = new IllegalStateException("stop");
    assertSame(
        stop,
        assertThrows(
            IllegalStateException.class,
            () ->
                reader.feed(
                    pings,
                    0,
                    pings.length,
                    packet -> {
                      packets.add(packet);
                      throw stop;
                    })));
    reader.feed(pings, 0, pings.length, packets::add);
    assertEquals(1, packets.size());
  }

  @Test
  void feed_sliceOfALargerArray_readsOnlyTheSlice() {
    byte[] bytes = hex("ff ff d0 00 ff");
    List<Packet> packets = new ArrayList<>();
    new PacketReader(100).feed(bytes, 2, 2, packets::add);
    assertEquals(1, packets.size());
  }

  @Test
  void constructor_limitOutOfRange_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PacketReader(0));
    assertThrows(IllegalArgumentException.class, () -> new PacketReader(268_435_461));
  }

  @Test
  void largePacketInParts_borrowsTheSpareArrayAndGivesItBack() {
    SpareArray spare = new SpareArray();
    byte[] lent = new byte[64 * 1024];
    spare.give(lent);
    PacketReader reader = new PacketReader(1 << 20, spare);
    List<Packet> packets = new ArrayList<>();
    byte[] stream = largePublish(20_000);

    reader.feed(stream, 0, 16_384, packets::add);
    assertEquals(lent.length, reader.capacity(), "the borrowed array holds the part");
    assertNull(spare.take(1));
    reader.feed(stream, 16_384, stream.length - 16_384, packets::add);

    assertEquals(20_000, ((Packet.Publish) packets.get(0)).payload().length);
    assertEquals(0, reader.capacity());
    assertSame(lent, spare.take(1));
  }

  @Test
  void spareArrayTooSmall_isGivenBackForALargerOne() {
    SpareArray spare = new SpareArray();
    byte[] small = new byte[8 * 1024];
    spare.give(small);
    PacketReader reader = new PacketReader(1 << 20, spare);
    List<Packet> packets = new ArrayList<>();
    byte[] stream = largePublish(20_000);

    reader.feed(stream, 0, 6_000, packets::add);
    assertEquals(small.length, reader.capacity());
    reader.feed(stream, 6_000, stream.length - 6_000, packets::add);

    assertEquals(20_000, ((Packet.Publish) packets.get(0)).payload().length);
    assertTrue(Objects.requireNonNull(spare.take(1)).length >= stream.length);
  }

  /** A QoS 0 PUBLISH to "a" of zeros. */
  private static byte[] largePublish(int payload) {
    WireBuffer packet = new WireBuffer();
    packet.put(0x30);
    packet.putVariableByteInteger(4 + payload);
    packet.putShort(1);
    packet.put('a');
    packet.put(0);
    packet.put(new byte[payload], 0, payload);
    return Arrays.copyOf(packet.array(), packet.length());
  }
}
