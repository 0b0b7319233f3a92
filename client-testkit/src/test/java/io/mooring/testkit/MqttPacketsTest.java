package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.MqttPacket.Subscription;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttPacketsTest {
  private static final MqttProperties REASON =
      MqttProperties.NONE.with(MqttProperty.REASON_STRING, "why").withUser("a", "b");

  static Stream<MqttPacket> packets() {
    var will =
        new MqttPacket.Will(
            2,
            true,
            "will/topic",
            Bytes.utf8("gone"),
            MqttProperties.NONE.with(MqttProperty.WILL_DELAY_INTERVAL, 0xFFFF_FFFFL));
    return Stream.of(
        new MqttPacket.Connect(
            false,
            65_535,
            "meter-0042",
            Optional.of(will),
            Optional.of("user"),
            Optional.of(Bytes.hex("00 ff")),
            MqttPackets.authentication("SCRAM-SHA-256", new byte[] {1, 2})
                .with(MqttProperty.RECEIVE_MAXIMUM, 20)),
        MqttPackets.connect(""),
        new MqttPacket.Connack(
            true,
            0,
            MqttProperties.NONE
                .with(MqttProperty.SERVER_KEEP_ALIVE, 30)
                .with(MqttProperty.MAXIMUM_QOS, 1)),
        new MqttPacket.Publish(
            true,
            2,
            true,
            "a/b",
            7,
            MqttProperties.NONE
                .with(MqttProperty.SUBSCRIPTION_IDENTIFIER, 268_435_455)
                .with(MqttProperty.SUBSCRIPTION_IDENTIFIER, 1)
                .with(MqttProperty.CORRELATION_DATA, new byte[] {9}),
            Bytes.utf8("x".repeat(20_000))),
        new MqttPacket.Publish(false, 0, false, "a", 0, MqttProperties.NONE, Bytes.EMPTY),
        new MqttPacket.Ack(MqttType.PUBACK, 1, 0, MqttProperties.NONE),
        new MqttPacket.Ack(MqttType.PUBREC, 65_535, 0x97, MqttProperties.NONE),
        new MqttPacket.Ack(MqttType.PUBREL, 2, 0x92, REASON),
        new MqttPacket.Ack(MqttType.PUBCOMP, 3, 0, REASON),
        new MqttPacket.Subscribe(
            4,
            MqttProperties.NONE,
            List.of(new Subscription("a/#", 0x2D), new Subscription("b", 0))),
        new MqttPacket.Suback(4, REASON, List.of(1, 0x87)),
        new MqttPacket.Unsubscribe(5, MqttProperties.NONE, List.of("a/#", "b")),
        new MqttPacket.Unsuback(5, REASON, List.of(0, 0x11)),
        new MqttPacket.Ping(MqttType.PINGREQ),
        new MqttPacket.Ping(MqttType.PINGRESP),
        new MqttPacket.Disconnect(0, MqttProperties.NONE),
        new MqttPacket.Disconnect(0x8E, REASON),
        new MqttPacket.Auth(0x18, MqttPackets.authentication("SCRAM-SHA-256", new byte[] {3})),
        new MqttPacket.Auth(0, MqttProperties.NONE));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void packet_readsBackAsItWasWritten(MqttPacket packet) throws Exception {
    assertEquals(packet, MqttPackets.decode(packet.encode()));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void packet_cutAnywhere_isMalformed(MqttPacket packet) {
    byte[] whole = packet.encode();
    for (int length = 0; length < Math.min(whole.length, 200); length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThrows(MalformedPacketException.class, () -> MqttPackets.decode(cut));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // MQTT 5, 3.1 to 3.15: written by hand from the tables of the standard.
    "101000044d51545405020000000003616263, CONNECT",
    "2003000000, CONNACK",
    "32090001740001006869 21, none",
    "320700017400010068, PUBLISH",
    "40020001, PUBACK",
    "6203000192, PUBREL",
    "8207000100000161 01, SUBSCRIBE",
    "c000, PINGREQ",
    "e000, DISCONNECT",
    "e00104, DISCONNECT"
  })
  void handWrittenBytes_areReadByTheStandard(String hex, String type) throws Exception {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    if (type.equals("none")) {
      assertEquals("hi!", ((MqttPacket.Publish) MqttPackets.decode(bytes)).payload().toUtf8());
    } else {
      MqttPacket packet = MqttPackets.decode(bytes);
      assertEquals(MqttType.valueOf(type), packet.type());
      if (packet.type() != MqttType.SUBSCRIBE) {
        assertArrayEquals(bytes, packet.encode());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000", // type 0
        "c100", // reserved flags
        "c00100", // a body where none may be
        "3605000174000100", // QoS 3
        "3804000174 00", // DUP at QoS 0
        "300400012300", // wildcard in a topic name
        "30030000 00", // neither topic nor alias
        "32060001740000 00", // packet identifier 0
        "300600017402 01 02", // payload format 2
        "3008000174 0423 0000 00", // topic alias 0
        "300a000174 06 0101 0101 0000", // a property twice
        "20060000 03 210000", // Receive Maximum 0
        "20050000 02 0102", // a property of another packet
        "20050000 02 7f02", // a property that does not exist
        "20030200 00", // reserved acknowledge flags
        "30060003 c0af78 00", // ill-formed UTF-8
        "30040001 00 00", // U+0000
        "3080808080 01", // Remaining Length of five bytes
        "308000", // Remaining Length longer than needed
        "90030001 00", // SUBACK without a reason code
        "82070001 00 000161 03", // subscribe at QoS 3
        "82060001 00 0000 00", // an empty filter
        "f00118 ", // AUTH 0x18 without a method
        "10 0f 00044d515454 04 02 0000 0003616263", // MQTT 3.1.1
        "1010 00044d515454 05 03 0000 00 0003616263", // reserved connect flag
      })
  void brokenBytes_areRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThrows(MalformedPacketException.class, () -> MqttPackets.decode(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "127, 7f",
    "128, 8001",
    "16383, ff7f",
    "16384, 808001",
    "2097152, 80808001",
    "268435455, ffffff7f"
  })
  void variableByteInteger_hasTheLengthsOfTheStandard(long value, String hex) {
    assertEquals(hex, HexFormat.of().formatHex(MqttPackets.variable(value)));
  }

  @Test
  void stream_givesPacketAfterPacketAndThenItsEnd() throws Exception {
    var in =
        new ByteArrayInputStream(
            MqttPackets.concat(
                MqttPackets.pingreq(), MqttPackets.disconnect(0), new byte[] {0x30}));

    assertEquals(MqttType.PINGREQ, MqttPackets.read(in).orElseThrow().type());
    assertEquals(MqttType.DISCONNECT, MqttPackets.read(in).orElseThrow().type());
    assertThrows(EOFException.class, () -> MqttPackets.read(in));
    assertTrue(MqttPackets.read(in).isEmpty());
  }

  @Test
  void header_promisesBytesItDoesNotBring() {
    assertArrayEquals(HexFormat.of().parseHex("30ffffff7f"), MqttPackets.header(0x30, 268_435_455));
  }

  @Test
  void toString_hidesPasswordAndAuthenticationData() {
    var connect =
        new MqttPacket.Connect(
            true,
            0,
            "id",
            Optional.empty(),
            Optional.of("user"),
            Optional.of(Bytes.utf8("hunter2")),
            MqttPackets.authentication("SCRAM-SHA-256", Bytes.utf8("hunter2").toArray()));

    assertFalse(connect.toString().contains("hunter2"));
    assertFalse(connect.toString().contains(Bytes.utf8("hunter2").toHex()));
    assertTrue(connect.toString().contains("SCRAM-SHA-256"));
  }
}
