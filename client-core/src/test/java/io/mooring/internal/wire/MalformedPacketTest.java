package io.mooring.internal.wire;

import static io.mooring.ReasonCode.MALFORMED_PACKET;
import static io.mooring.ReasonCode.PROTOCOL_ERROR;
import static io.mooring.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.mooring.ReasonCode.TOPIC_NAME_INVALID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mooring.ReasonCode;
import io.mooring.error.ProtocolViolationException;
import io.mooring.testkit.MqttPackets;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One case for each rule that a broker can break. */
class MalformedPacketTest {
  static Stream<Arguments> fixedHeaders() {
    return Stream.of(
        arguments("type 0 is forbidden", "00 00", MALFORMED_PACKET, "forbidden"),
        arguments("CONNECT from a broker", "10 00", PROTOCOL_ERROR, "only a client"),
        arguments("SUBSCRIBE from a broker", "82 00", PROTOCOL_ERROR, "only a client"),
        arguments("UNSUBSCRIBE from a broker", "a2 00", PROTOCOL_ERROR, "only a client"),
        arguments("PINGREQ from a broker", "c0 00", PROTOCOL_ERROR, "only a client"),
        arguments("CONNACK flags", "21 03 00 00 00", MALFORMED_PACKET, "reserved flags"),
        arguments("PUBACK flags", "42 02 0001", MALFORMED_PACKET, "reserved flags"),
        arguments("PUBREC flags", "51 02 0001", MALFORMED_PACKET, "reserved flags"),
        arguments("PUBREL flags not 2", "60 02 0001", MALFORMED_PACKET, "reserved flags"),
        arguments("PUBCOMP flags", "78 02 0001", MALFORMED_PACKET, "reserved flags"),
        arguments("SUBACK flags", "92 04 0001 00 00", MALFORMED_PACKET, "reserved flags"),
        arguments("UNSUBACK flags", "b2 04 0001 00 00", MALFORMED_PACKET, "reserved flags"),
        arguments("PINGRESP flags", "d1 00", MALFORMED_PACKET, "reserved flags"),
        arguments("DISCONNECT flags", "e1 00", MALFORMED_PACKET, "reserved flags"),
        arguments("AUTH flags, as Paho sends them", "f1 00", MALFORMED_PACKET, "reserved flags"),
        arguments("QoS 3", "36 06 0001 61 0001 00", MALFORMED_PACKET, "QoS is 3"),
        arguments("DUP at QoS 0", "38 04 0001 61 00", MALFORMED_PACKET, "DUP"),
        arguments("length of five bytes", "30 80 80 80 80", MALFORMED_PACKET, "four bytes"),
        arguments("length not minimal", "d0 80 00", MALFORMED_PACKET, "shortest"),
        arguments("PINGRESP with a body", "d0 01 00", MALFORMED_PACKET, "no body"));
  }

  static Stream<Arguments> dataTypes() {
    return Stream.of(
        arguments("topic overlong slash", "30 05 0002 c0af 00", MALFORMED_PACKET, "not UTF-8"),
        arguments("topic surrogate", "30 06 0003 eda080 00", MALFORMED_PACKET, "not UTF-8"),
        arguments("topic beyond U+10FFFF", "30 07 0004 f4908080 00", MALFORMED_PACKET, "not UTF-8"),
        arguments("topic cut in a character", "30 05 0002 61c3 00", MALFORMED_PACKET, "not UTF-8"),
        arguments("topic U+0000", "30 05 0002 6100 00", MALFORMED_PACKET, "U+0000"),
        arguments(
            "property U+0000 after other text",
            "30 0a 0001 61 06 03 0003 c3a900",
            MALFORMED_PACKET,
            "U+0000"),
        arguments("string past the packet", "30 04 0003 61 00", MALFORMED_PACKET, "left"),
        arguments("no topic at all", "30 00", MALFORMED_PACKET, "left"),
        arguments("half a length", "30 01 00", MALFORMED_PACKET, "left"),
        arguments("identifier missing at QoS 1", "32 03 0001 61", MALFORMED_PACKET, "left"),
        arguments("no Property Length", "30 03 0001 61", MALFORMED_PACKET, "left"),
        arguments("CONNACK cut after flags", "20 01 00", MALFORMED_PACKET, "left"),
        arguments("CONNACK without properties", "20 02 00 00", MALFORMED_PACKET, "left"),
        arguments(
            "packet identifier 0 in PUBLISH", "32 06 0001 61 0000 00", PROTOCOL_ERROR, "is 0"),
        arguments("packet identifier 0 in PUBACK", "40 02 0000", PROTOCOL_ERROR, "is 0"),
        arguments("packet identifier 0 in SUBACK", "90 04 0000 00 00", PROTOCOL_ERROR, "is 0"));
  }

  static Stream<Arguments> properties() {
    return Stream.of(
        arguments("list past the packet", "30 05 0001 61 02 01", MALFORMED_PACKET, "left"),
        arguments("value past the list", "30 07 0001 61 01 02 0000", MALFORMED_PACKET, "left"),
        arguments(
            "Property Length of five bytes",
            "30 09 0001 61 80 80 80 80 00 00",
            MALFORMED_PACKET,
            "four bytes"),
        arguments(
            "Property Length not minimal", "30 05 0001 61 80 00", MALFORMED_PACKET, "shortest"),
        arguments(
            "identifier not minimal", "30 07 0001 61 03 8100 01", MALFORMED_PACKET, "shortest"),
        arguments("identifier 0", "30 06 0001 61 02 00 00", MALFORMED_PACKET, "not one of"),
        arguments("identifier 0x2B", "30 06 0001 61 02 2b 00", MALFORMED_PACKET, "not one of"),
        arguments("identifier 300", "30 07 0001 61 03 ac02 00", MALFORMED_PACKET, "not one of"),
        arguments(
            "Receive Maximum in PUBLISH", "30 07 0001 61 03 21 0001", MALFORMED_PACKET, "belong"),
        arguments("Topic Alias in CONNACK", "20 06 00 00 03 23 0001", MALFORMED_PACKET, "belong"),
        arguments(
            "Server Reference in PUBACK", "40 07 0001 00 03 1c 0000", MALFORMED_PACKET, "belong"),
        arguments(
            "Session Expiry in a broker's DISCONNECT",
            "e0 07 80 05 11 00000000",
            MALFORMED_PACKET,
            "belong"),
        arguments("Server Reference in AUTH", "f0 05 18 03 1c 0000", MALFORMED_PACKET, "belong"),
        arguments("Receive Maximum twice", "20 09 00 00 06 210001 210001", PROTOCOL_ERROR, "twice"),
        arguments("Topic Alias twice", "30 0a 0001 61 06 230001 230001", PROTOCOL_ERROR, "twice"),
        arguments("Reason String twice", "40 0a 0001 00 06 1f0000 1f0000", PROTOCOL_ERROR, "twice"),
        arguments("Payload Format 2", "30 06 0001 61 02 01 02", PROTOCOL_ERROR, "is 2"),
        arguments("Maximum QoS 2", "20 05 00 00 02 24 02", PROTOCOL_ERROR, "is 2"),
        arguments("Retain Available 2", "20 05 00 00 02 25 02", PROTOCOL_ERROR, "is 2"),
        arguments("Wildcard Available 2", "20 05 00 00 02 28 02", PROTOCOL_ERROR, "is 2"),
        arguments("Identifiers Available 255", "20 05 00 00 02 29 ff", PROTOCOL_ERROR, "is 255"),
        arguments("Shared Available 2", "20 05 00 00 02 2a 02", PROTOCOL_ERROR, "is 2"),
        arguments("Receive Maximum 0", "20 06 00 00 03 21 0000", PROTOCOL_ERROR, "is 0"),
        arguments("Maximum Packet Size 0", "20 08 00 00 05 27 00000000", PROTOCOL_ERROR, "is 0"),
        arguments("Subscription Identifier 0", "30 06 0001 61 02 0b 00", PROTOCOL_ERROR, "is 0"),
        arguments("Topic Alias 0", "30 07 0001 61 03 23 0000", TOPIC_ALIAS_INVALID, "is 0"),
        arguments(
            "CONNACK data without method", "20 06 00 00 03 16 0000", PROTOCOL_ERROR, "without"),
        arguments("AUTH data without method", "f0 05 18 03 16 0000", PROTOCOL_ERROR, "without"),
        arguments(
            "AUTH without method", "f0 02 18 00", PROTOCOL_ERROR, "no Authentication Method"));
  }

  static Stream<Arguments> contents() {
    return Stream.of(
        arguments("wildcard + in a topic", "30 06 0003 612f2b 00", TOPIC_NAME_INVALID, "'a/+'"),
        arguments("wildcard # in a topic", "30 04 0001 23 00", TOPIC_NAME_INVALID, "'#'"),
        arguments("no topic and no alias", "30 03 0000 00", PROTOCOL_ERROR, "neither"),
        arguments(
            "wildcard in Response Topic",
            "30 08 0001 61 04 08 0001 23",
            TOPIC_NAME_INVALID,
            "Response Topic"),
        arguments(
            "empty Response Topic", "30 07 0001 61 03 08 0000", TOPIC_NAME_INVALID, "is empty"),
        arguments("CONNACK flag bits", "20 03 02 00 00", MALFORMED_PACKET, "0x02"),
        arguments(
            "Session Present on refusal", "20 03 01 87 00", PROTOCOL_ERROR, "Session Present"),
        arguments("reason 0x03 in SUBACK", "90 04 0001 00 03", MALFORMED_PACKET, "0x03"),
        arguments("reason 0x92 in SUBACK", "90 04 0001 00 92", MALFORMED_PACKET, "0x92"),
        arguments("reason 0x01 in UNSUBACK", "b0 04 0001 00 01", MALFORMED_PACKET, "0x01"),
        arguments("reason 0x01 in CONNACK", "20 03 00 01 00", MALFORMED_PACKET, "0x01"),
        arguments("reason 0x92 in PUBACK", "40 03 0001 92", MALFORMED_PACKET, "0x92"),
        arguments("reason 0x10 in PUBREL", "62 03 0001 10", MALFORMED_PACKET, "0x10"),
        arguments("reason 0x80 in PUBCOMP", "70 03 0001 80", MALFORMED_PACKET, "0x80"),
        arguments("reason 0x04 from a broker", "e0 01 04", MALFORMED_PACKET, "0x04"),
        arguments("reason 0x19 from a broker", "f0 06 19 04 15 0001 6d", MALFORMED_PACKET, "0x19"),
        arguments("reason 0x87 in AUTH", "f0 06 87 04 15 0001 6d", MALFORMED_PACKET, "0x87"),
        arguments("AUTH reason alone", "f0 01 00", MALFORMED_PACKET, "left"),
        arguments("SUBACK without reasons", "90 03 0001 00", MALFORMED_PACKET, "no Reason Code"),
        arguments("UNSUBACK without reasons", "b0 03 0001 00", MALFORMED_PACKET, "no Reason Code"),
        arguments("bytes after CONNACK", "20 04 00 00 00 00", MALFORMED_PACKET, "follow"),
        arguments("bytes after PUBACK", "40 05 0001 00 00 00", MALFORMED_PACKET, "follow"),
        arguments("bytes after DISCONNECT", "e0 03 80 00 00", MALFORMED_PACKET, "follow"),
        arguments("bytes after AUTH", "f0 07 18 04 15 0001 6d 00", MALFORMED_PACKET, "follow"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"fixedHeaders", "dataTypes", "properties", "contents"})
  void reader_refuses(String rule, String bytes, ReasonCode reason, String evidence) {
    ProtocolViolationException e = violation(WireTests.hex(bytes));
    assertEquals(reason, e.reasonCode(), e::getMessage);
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(evidence), () -> rule + ": " + message);
    assertTrue(message.contains(reason.toString()), () -> rule + ": " + message);
  }

  @Test
  void reader_refusesTheHeader_beforeTheBodyArrives() {
    assertEquals(PROTOCOL_ERROR, violation(WireTests.hex("10")).reasonCode());
    assertEquals(MALFORMED_PACKET, violation(WireTests.hex("41")).reasonCode());
    assertEquals(MALFORMED_PACKET, violation(WireTests.hex("36")).reasonCode());
  }

  @Test
  void message_quotesTheBrokerShortAndWithoutControlCharacters() {
    String topic = "x\n\u001b[31m\u202e#" + "y".repeat(5_000);
    byte[] packet = MqttPackets.publish(topic, "p".getBytes(StandardCharsets.UTF_8));
    String message = String.valueOf(violation(packet).getMessage());
    assertTrue(message.length() < 600, message);
    assertTrue(message.contains("x[31m#yyy"), message);
    assertTrue(message.contains("'..."), message);
    assertFalse(message.toLowerCase(Locale.ROOT).contains("null"), message);
  }

  private static ProtocolViolationException violation(byte[] bytes) {
    return assertThrows(ProtocolViolationException.class, () -> WireTests.read(bytes));
  }
}
