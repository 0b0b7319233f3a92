package io.mooring.internal.wire;

import static io.mooring.internal.wire.WireTests.assertBytes;
import static io.mooring.internal.wire.WireTests.userProperties;
import static io.mooring.internal.wire.WireTests.written;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.internal.wire.Packet.AckType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Golden bytes, computed by hand from the standard. */
class PacketWriterTest {
  private static final Message PLAIN =
      Message.to("a/b").qos(Qos.AT_MOST_ONCE).payload(new byte[] {1, 2, 3}).build();

  private static final Message FULL =
      Message.to("t\u00e9")
          .qos(Qos.EXACTLY_ONCE)
          .retain(true)
          .payload("hi")
          .expiry(Duration.ofSeconds(60))
          .contentType("text")
          .responseTopic("r/1")
          .correlationData(new byte[] {(byte) 0xFF, 0})
          .userProperty("k", "v")
          .userProperty("k", "\ud83d\ude00")
          .build();

  @Test
  void publish_qos0_carriesNoPacketIdentifier() {
    assertBytes(
        "30 09 0003 61 2f 62 00 01 02 03", written(w -> w.publish(PLAIN, 0, false, 0, true, -1)));
  }

  @Test
  void publish_qos1Dup_setsFlagAndPacketIdentifier() {
    assertBytes(
        "3a 08 0001 61 1234 00 01 02",
        written(w -> w.publish(Message.of("a", new byte[] {1, 2}), 0x1234, true, 0, true, -1)));
  }

  @Test
  void publish_everyProperty_inOneList() {
    assertBytes(
        """
        35 37 0003 74 c3a9 0007
        2d
          01 01
          02 0000003c
          23 0005
          08 0003 722f31
          09 0002 ff00
          26 0001 6b 0001 76
          26 0001 6b 0004 f09f9880
          03 0004 74657874
        6869
        """,
        written(w -> w.publish(FULL, 7, false, 5, true, 60)));
  }

  @Test
  void publish_aliasAlone_sendsAnEmptyTopic() {
    assertBytes(
        "30 09 0000 03 23 000a 01 02 03", written(w -> w.publish(PLAIN, 0, false, 10, false, -1)));
  }

  @Test
  void publish_expiryComesFromTheArgument_notFromTheMessage() {
    Message message = Message.to("a").qos(Qos.AT_MOST_ONCE).expiry(Duration.ofSeconds(60)).build();
    assertBytes(
        "30 09 0001 61 05 02 00000007", written(w -> w.publish(message, 0, false, 0, true, 7)));
    assertBytes("30 04 0001 61 00", written(w -> w.publish(message, 0, false, 0, true, -1)));
    assertBytes(
        "30 09 0001 61 05 02 ffffffff",
        written(w -> w.publish(message, 0, false, 0, true, 0xFFFF_FFFFL)));
  }

  @Test
  void publishSize_isWhatPublishWrites_inEveryCombination() {
    int[] payloads = {
      0, 1, 100, 122, 123, 124, 125, 16_370, 16_375, 16_376, 16_377, 16_380, 2_097_150
    };
    for (Message sample : List.of(PLAIN, FULL)) {
      for (int payload : payloads) {
        for (int alias : new int[] {0, 1, 65_535}) {
          for (boolean sendTopic : new boolean[] {true, false}) {
            for (long expiry : new long[] {-1, 0, 60, 0xFFFF_FFFFL}) {
              if (!sendTopic && alias == 0) {
                continue;
              }
              Message message = sample.withTopic(sample.topic()).payload(new byte[payload]).build();
              int id = message.qos() == Qos.AT_MOST_ONCE ? 0 : 9;
              byte[] bytes = written(w -> w.publish(message, id, false, alias, sendTopic, expiry));
              assertEquals(
                  bytes.length, PacketWriter.publishSize(message, alias, sendTopic, expiry));
            }
          }
        }
      }
    }
  }

  @Test
  void publish_nothingIsWrittenWhenRefused() {
    Message message = Message.of("a", new byte[0]);
    WireBuffer buffer = new WireBuffer();
    PacketWriter writer = new PacketWriter(buffer);
    List<Runnable> misuses =
        List.of(
            () -> writer.publish(message, 0, false, 0, true, -1),
            () -> writer.publish(message, 65_536, false, 0, true, -1),
            () -> writer.publish(PLAIN, 1, false, 0, true, -1),
            () -> writer.publish(PLAIN, 0, true, 0, true, -1),
            () -> writer.publish(PLAIN, 0, false, 0, false, -1),
            () -> writer.publish(PLAIN, 0, false, 65_536, true, -1),
            () -> writer.publish(PLAIN, 0, false, 0, true, 0x1_0000_0000L),
            () -> writer.ack(AckType.PUBACK, 0, ReasonCode.SUCCESS),
            () -> writer.subscribe(1, Map.of(), 0, List.of()),
            () -> writer.subscribe(0, Map.of("a", SubscribeOptions.DEFAULT), 0, List.of()),
            () -> writer.subscribe(1, Map.of("a", SubscribeOptions.DEFAULT), -1, List.of()),
            () -> writer.subscribe(1, Map.of("a\n", SubscribeOptions.DEFAULT), 0, List.of()),
            () -> writer.unsubscribe(1, List.of(), List.of()),
            () -> writer.unsubscribe(1, List.of("\ufdd1"), List.of()),
            () -> writer.disconnect(ReasonCode.SUCCESS, 0x1_0000_0000L, null, List.of()),
            () -> writer.disconnect(ReasonCode.SUCCESS, -1, "\ud800", List.of()),
            () -> writer.auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", new byte[65_536]));
    for (Runnable misuse : misuses) {
      assertThrows(IllegalArgumentException.class, misuse::run);
      assertEquals(0, buffer.length());
    }
  }

  @Test
  void acks_success_takesTwoBytes() {
    assertBytes("40 02 0001", written(w -> w.ack(AckType.PUBACK, 1, ReasonCode.SUCCESS)));
    assertBytes("50 02 ffff", written(w -> w.ack(AckType.PUBREC, 65_535, ReasonCode.SUCCESS)));
    assertBytes("62 02 0100", written(w -> w.ack(AckType.PUBREL, 256, ReasonCode.SUCCESS)));
    assertBytes("70 02 0002", written(w -> w.ack(AckType.PUBCOMP, 2, ReasonCode.SUCCESS)));
  }

  @Test
  void acks_otherReason_takesThreeBytes() {
    assertBytes("40 03 0001 87", written(w -> w.ack(AckType.PUBACK, 1, ReasonCode.NOT_AUTHORIZED)));
    assertBytes(
        "62 03 0003 92",
        written(w -> w.ack(AckType.PUBREL, 3, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND)));
  }

  @Test
  void subscribe_optionsAndProperties_inOrder() {
    Map<String, SubscribeOptions> filters = new LinkedHashMap<>();
    filters.put("a/+", SubscribeOptions.DEFAULT);
    filters.put(
        "#",
        SubscribeOptions.DEFAULT
            .withQos(Qos.EXACTLY_ONCE)
            .withNoLocal(true)
            .withRetainAsPublished(true)
            .withRetainHandling(RetainHandling.DO_NOT_SEND)
            .withManualAcknowledgement(true));
    filters.put(
        "$share/g/b",
        SubscribeOptions.DEFAULT
            .withQos(Qos.AT_MOST_ONCE)
            .withRetainHandling(RetainHandling.SEND_IF_NEW));
    assertBytes(
        """
        82 24 000a
        0a 0b 8001 26 0001 6b 0001 76
        0003 612f2b 01
        0001 23 2e
        000a 2473686172652f672f62 10
        """,
        written(w -> w.subscribe(10, filters, 128, userProperties("k", "v"))));
  }

  @Test
  void subscribe_bare_hasAnEmptyPropertyList() {
    assertBytes(
        "82 07 0001 00 0001 61 01",
        written(w -> w.subscribe(1, Map.of("a", SubscribeOptions.DEFAULT), 0, List.of())));
  }

  @Test
  void unsubscribe_filtersInOrder() {
    assertBytes(
        "a2 10 fffe 07 26 0001 6b 0001 76 0001 61 0001 62",
        written(w -> w.unsubscribe(0xFFFE, List.of("a", "b"), userProperties("k", "v"))));
  }

  @Test
  void pingReq_isTwoBytes() {
    assertBytes("c0 00", written(PacketWriter::pingReq));
  }

  @Test
  void disconnect_normal_isTwoBytes() {
    assertBytes("e0 00", written(w -> w.disconnect(ReasonCode.SUCCESS, -1, null, List.of())));
  }

  @Test
  void disconnect_reasonAlone_leavesPropertyLengthOff() {
    assertBytes(
        "e0 01 8c",
        written(w -> w.disconnect(ReasonCode.BAD_AUTHENTICATION_METHOD, -1, null, List.of())));
  }

  @Test
  void disconnect_everyProperty() {
    assertBytes(
        "e0 13 04 11 11 00000000 1f 0002 6e6f 26 0001 6b 0001 76",
        written(
            w ->
                w.disconnect(
                    ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, 0, "no", userProperties("k", "v"))));
  }

  @Test
  void disconnect_successWithProperty_writesReason() {
    assertBytes(
        "e0 07 00 05 11 0000003c",
        written(w -> w.disconnect(ReasonCode.SUCCESS, 60, null, List.of())));
  }

  @Test
  void auth_firstByteIsF0() {
    assertBytes(
        "f0 0a 18 08 15 0001 6d 16 0001 7f",
        written(w -> w.auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", new byte[] {0x7F})));
    assertBytes(
        "f0 06 19 04 15 0001 6d", written(w -> w.auth(ReasonCode.RE_AUTHENTICATE, "m", null)));
  }

  @Test
  void buffer_wipesWhatACredentialLeft() {
    byte[] secret = "s3cr3t-s3cr3t".getBytes(StandardCharsets.US_ASCII);
    WireBuffer buffer = new WireBuffer();
    PacketWriter writer = new PacketWriter(buffer);
    writer.auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", secret);
    byte[] small = buffer.array();
    buffer.ensure(10_000);
    byte[] large = buffer.array();
    assertTrue(isZero(small), "outgrown array");
    buffer.clear(100_000);
    assertTrue(isZero(large), "cleared array");
  }

  private static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
