package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import io.mooring.internal.outbox.RestoredSession.InFlight;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.OutboxContents;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** One behaviour of the log at a time. */
class OutboxLogTest {
  private static final Outbox SETTINGS = Outbox.in(LogDriver.FOLDER);

  private final MemoryFiles disk = new MemoryFiles();

  private OutboxLog open(String clientId) {
    return OutboxLog.open(SETTINGS, clientId, disk);
  }

  private static long add(OutboxLog log, Qos qos) {
    return log.append(Message.to("a/b").payload("x").qos(qos).build(), 42);
  }

  private static List<Long> ids(OutboxLog log) {
    return log.read(0, 1000, Integer.MAX_VALUE).stream().map(StoredMessage::id).toList();
  }

  @Test
  void message_comesBackWhole() {
    Message message =
        Message.to("plant/\u00fc/\ud83d\ude00")
            .payload("text")
            .qos(Qos.EXACTLY_ONCE)
            .retain(true)
            .expiry(Message.MAX_EXPIRY)
            .contentType("text/plain")
            .responseTopic("re/ply")
            .correlationData(new byte[] {1, 0, 2})
            .userProperty("k", "v")
            .userProperty("k", "")
            .build();
    OutboxLog log = open("device");
    log.append(message, -5);
    log.commit(true);
    log.close();
    StoredMessage stored = open("device").read(0, 1, 1).get(0);
    Message read = stored.message();
    assertEquals(-5, stored.acceptedAtMillis());
    assertEquals(message.topic(), read.topic());
    assertEquals("text", read.payloadText());
    assertTrue(read.utf8Payload());
    assertTrue(read.retain());
    assertEquals(Qos.EXACTLY_ONCE, read.qos());
    assertEquals(Message.MAX_EXPIRY, read.expiry());
    assertEquals("text/plain", read.contentType());
    assertEquals("re/ply", read.responseTopic());
    assertEquals(ByteBuffer.wrap(new byte[] {1, 0, 2}), ByteBuffer.wrap(read.correlationData()));
    assertEquals(message.userProperties(), read.userProperties());
  }

  @Test
  void sizeOf_isTopicPayloadPropertiesAnd59() {
    assertEquals(59 + 3 + 1, OutboxLog.sizeOf(Message.of("a/b", "x")));
    assertEquals(
        59 + 4 + 2 + 4 + (4 + 1 + 2),
        OutboxLog.sizeOf(
            Message.to("\ud83d\ude00")
                .payload("\u00fc")
                .expiry(Duration.ofSeconds(1))
                .userProperty("k", "v2")
                .build()));
  }

  @Test
  void uncommitted_isNeitherReadNorKept() {
    OutboxLog log = open("device");
    add(log, Qos.AT_LEAST_ONCE);
    assertEquals(List.of(), ids(log));
    assertEquals(0, log.liveMessages());
    log.close();
    assertEquals(List.of(), ids(open("device")));
  }

  @Test
  void qos0_isNotTaken() {
    OutboxLog log = open("device");
    assertThrows(IllegalArgumentException.class, () -> add(log, Qos.AT_MOST_ONCE));
  }

  @Test
  void read_honoursBounds_andReturnsOneAtLeast() {
    OutboxLog log = open("device");
    for (int i = 0; i < 10; i++) {
      add(log, Qos.AT_LEAST_ONCE);
    }
    log.commit(true);
    assertEquals(3, log.read(0, 3, Integer.MAX_VALUE).size());
    assertEquals(1, log.read(0, 10, 1).size());
    assertEquals(2, log.read(0, 10, 2 * 68).size());
    assertEquals(8L, log.read(7, 1, 1).get(0).id());
    assertEquals(List.of(), log.read(10, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> log.read(0, 0, 1));
  }

  @Test
  void restart_restoresWhatIsInFlight_inOrder() {
    OutboxLog log = open("device");
    log.sessionHeld(true);
    for (int i = 1; i <= 8; i++) {
      add(log, i % 2 == 0 ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE);
    }
    log.commit(true);
    log.assigned(1, 99);
    log.assigned(2, 12);
    log.assigned(4, 14);
    log.assigned(6, 16);
    log.received(6);
    log.received(2);
    log.inboundReceived(7);
    log.inboundReceived(8);
    log.inboundReleased(7);
    log.commit(true);
    log.close();
    OutboxLog again = open("device");
    assertEquals(
        List.of(
            new InFlight(6, 16, true),
            new InFlight(2, 12, true),
            new InFlight(1, 0, false),
            new InFlight(3, 0, false),
            new InFlight(4, 14, false),
            new InFlight(5, 0, false)),
        again.session().inFlight());
    assertEquals(List.of(8), again.session().inboundPacketIds());
    assertTrue(again.session().held());
    StoredMessage second = again.read(1, 1, 1).get(0);
    assertEquals(12, second.packetId());
    assertTrue(second.received());
  }

  @Test
  void sessionGone_atRestart_whatPubrecCameForWasDelivered_theRestWaits() {
    OutboxLog log = open("device");
    add(log, Qos.EXACTLY_ONCE);
    add(log, Qos.EXACTLY_ONCE);
    log.commit(true);
    log.assigned(1, 1);
    log.assigned(2, 2);
    log.received(1);
    log.inboundReceived(5);
    log.sessionHeld(false);
    log.commit(true);
    log.close();
    OutboxLog again = open("device");
    assertFalse(again.session().held());
    assertEquals(List.of(), again.session().inFlight());
    assertEquals(List.of(), again.session().inboundPacketIds());
    assertEquals(List.of(2L), ids(again));
    again.commit(true);
    again.close();
    assertEquals(List.of(2L), ids(open("device")));
  }

  @Test
  void entryInFlightDamaged_keepsItsIdentifier_forPubrel() {
    OutboxLog log = open("device");
    add(log, Qos.EXACTLY_ONCE);
    log.commit(true);
    log.assigned(1, 9);
    log.commit(true);
    log.close();
    byte[] bytes = disk.contents("00000001.log");
    int at = bytes.length - RecordHeader.BYTES - 3;
    bytes[at] ^= 1;
    disk.contents("00000001.log", bytes);
    OutboxLog again = open("device");
    assertEquals(1, again.recovery().lostMessages());
    assertEquals(List.of(new InFlight(1, 9, true)), again.session().inFlight());
    again.completed(1);
    again.commit(true);
    again.close();
    OutboxLog last = open("device");
    assertEquals(List.of(), last.session().inFlight());
  }

  @Test
  void noClientId_makesOne_andKeepsIt() {
    OutboxLog log = open("");
    String made = log.clientId();
    assertTrue(made.matches("mooring[0-9a-zA-Z]{16}"), made);
    log.close();
    OutboxLog again = open("");
    assertEquals(made, again.clientId());
    again.close();
    assertEquals("other", open("other").clientId());
  }

  @Test
  void otherClient_whileQos2IsInFlight_isRefused() {
    OutboxLog log = open("one");
    add(log, Qos.EXACTLY_ONCE);
    log.commit(true);
    log.assigned(1, 1);
    log.commit(true);
    log.close();
    OutboxException refused = assertThrows(OutboxException.class, () -> open("two"));
    assertEquals(Reason.WRONG_CLIENT, refused.reason());
    assertTrue(refused.getMessage().contains("'one'"), refused.getMessage());
    OutboxLog same = open("one");
    same.unassigned(1);
    same.inboundReceived(3);
    same.commit(true);
    same.close();
    OutboxLog other = open("two");
    assertEquals(List.of(1L), ids(other));
    assertFalse(other.session().held());
    assertEquals(List.of(), other.session().inboundPacketIds());
    other.close();
    assertEquals("two", open("").clientId());
  }

  @Test
  void newerFormat_isRefused_andNothingIsChanged() {
    open("device").close();
    byte[] bytes = disk.contents("00000001.log");
    bytes[9] = 2;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 92);
    ByteBuffer.wrap(bytes).putInt(92, (int) crc.getValue());
    disk.contents("00000001.log", bytes);
    OutboxException refused = assertThrows(OutboxException.class, () -> open("device"));
    assertEquals(Reason.NEWER_FORMAT, refused.reason());
    assertTrue(refused.getMessage().contains("format 2"), refused.getMessage());
    assertEquals(List.of("00000001.log"), disk.names());
  }

  private void threeSegments() {
    for (int i = 0; i < 3; i++) {
      OutboxLog log = open("device");
      add(log, Qos.AT_LEAST_ONCE);
      log.commit(true);
      log.close();
    }
    assertEquals(3, disk.names().size());
  }

  @Test
  void segmentMissingInTheMiddle_isSaid_andItsMessagesCounted() {
    threeSegments();
    disk.remove("00000002.log");
    OutboxLog log = open("device");
    assertEquals(List.of(1L, 3L), ids(log));
    assertEquals(1, log.recovery().lostMessages());
    assertTrue(log.recovery().findings().get(0).contains("00000002.log is missing"));
  }

  @Test
  void bothHeadsDamaged_isKeptAside_atMostTwo() {
    threeSegments();
    for (String name : List.copyOf(disk.names())) {
      byte[] bytes = disk.contents(name);
      bytes[3] ^= 1;
      bytes[SegmentHead.AREA - 5] ^= 1;
      disk.contents(name, bytes);
    }
    OutboxLog log = open("device");
    assertEquals(List.of(), ids(log));
    assertTrue(log.recovery().findings().get(0).contains("00000001.damaged"));
    log.close();
    assertEquals(List.of("00000002.damaged", "00000003.damaged", "00000004.log"), disk.names());
    OutboxLog again = open("device");
    assertTrue(again.recovery().isClean(), again.recovery().toString());
  }

  @Test
  void payloadThatImitatesARecord_isNotTakenForOne_behindDamage() {
    OutboxLog log = open("device");
    add(log, Qos.AT_LEAST_ONCE);
    log.commit(true);
    log.close();
    byte[] stolen = disk.contents("00000001.log");
    OutboxLog again = open("device");
    again.append(Message.to("t").payload(stolen).build(), 0);
    again.commit(true);
    again.close();
    byte[] bytes = disk.contents("00000002.log");
    int at = SegmentHead.AREA;
    while (bytes[at] != RecordHeader.ENTRY) {
      at += RecordHeader.BYTES + ByteBuffer.wrap(bytes).getInt(at + 4);
    }
    bytes[at + 5] ^= 1;
    disk.contents("00000002.log", bytes);
    OutboxLog damaged = open("device");
    assertEquals(List.of(1L), ids(damaged));
    assertFalse(damaged.recovery().isClean());
  }

  @Test
  void damagedInFlight_isLost_andItsIdentifierStaysTheBrokers() {
    OutboxLog log = open("device");
    log.sessionHeld(true);
    long id = log.append(Message.to("flight").payload("x").qos(Qos.EXACTLY_ONCE).build(), 42);
    log.commit(true);
    log.assigned(id, 7);
    log.commit(true);
    disk.damage("flight");
    long size = log.liveBytes();
    assertEquals(List.of(), ids(log));
    assertEquals(List.of(new LostEntry(id, size)), log.takeLost());
    assertEquals(List.of(), log.takeLost());
    assertEquals(0, log.liveMessages());
    log.commit(true);
    log.close();
    OutboxLog again = open("device");
    assertEquals(List.of(new InFlight(id, 7, true)), again.session().inFlight());
    again.completed(id);
    again.commit(true);
    again.close();
    assertEquals(List.of(), open("device").session().inFlight());
  }

  @Test
  void damagedWhileOpen_isSkippedAndCounted() {
    OutboxLog log = open("device");
    for (int i = 0; i < 3; i++) {
      add(log, Qos.AT_LEAST_ONCE);
    }
    log.commit(true);
    byte[] bytes = disk.contents("00000001.log");
    bytes[bytes.length - 50 - 50] ^= 1;
    disk.contents("00000001.log", bytes);
    assertEquals(2, ids(log).size());
    assertEquals(1, log.lostSinceOpening());
    assertEquals(2, log.liveMessages());
    assertEquals(1, log.takeFindings().size());
    assertEquals(List.of(), log.takeFindings());
  }

  @Test
  void drained_givesTheDiskBack() {
    Outbox settings = SETTINGS.atMost(10_000, 65_536);
    OutboxLog log = OutboxLog.open(settings, "device", disk);
    long first = 1;
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 10; i++) {
        log.append(Message.of("t", new byte[5000]), 0);
      }
      log.commit(true);
      for (; first <= (round + 1) * 10L; first++) {
        log.completed(first);
      }
      log.commit(false);
      assertTrue(log.diskBytes() <= 3 * 65_536, "on disk " + log.diskBytes());
    }
    assertEquals(0, log.liveMessages());
    assertEquals(0, log.liveBytes());
  }

  @Test
  void closed_isMisuse() {
    OutboxLog log = open("device");
    log.close();
    log.close();
    assertThrows(IllegalStateException.class, () -> log.commit(true));
    assertThrows(IllegalStateException.class, () -> log.read(0, 1, 1));
  }

  @Test
  void inspected_showsEntriesAndState_neverAPayload() {
    OutboxLog log = open("device");
    log.sessionHeld(true);
    log.append(Message.to("a/b").payload("payload").expiry(Duration.ofSeconds(9)).build(), 1000);
    log.append(Message.to("c").payload("payload").qos(Qos.EXACTLY_ONCE).build(), 2000);
    log.append(Message.to("d").payload("payload").build(), 3000);
    log.commit(true);
    log.assigned(2, 2);
    log.inboundReceived(4);
    log.commit(true);
    log.close();
    OutboxContents contents = Inspection.of(SETTINGS, disk);
    assertEquals("device", contents.clientId());
    assertEquals(3, contents.messages());
    assertTrue(contents.sessionHeld());
    assertEquals(1, contents.inboundIdentifiers());
    assertEquals(List.of(), contents.findings());
    List<String> shown = new ArrayList<>();
    contents
        .entries()
        .forEach(each -> shown.add(each.id() + " " + each.topic() + " " + each.inFlight()));
    assertEquals(List.of("1 a/b true", "2 c true", "3 d false"), shown);
    assertEquals(Duration.ofSeconds(9), contents.entries().get(0).expiry());
    assertEquals(7, contents.entries().get(0).payloadBytes());
    assertFalse(contents.toString().contains("payload,"));
  }
}
