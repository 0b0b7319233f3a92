package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.error.KeystoreException;
import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import io.mooring.identity.SecretMac;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.OutboxContents;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What encryption at rest hides, and what it notices. */
class OutboxEncryptionTest {
  private static final Outbox PLAIN = Outbox.in(LogDriver.FOLDER);
  private static final Outbox SECRET = PLAIN.encryptedWith(TestMac.of(1));

  private final MemoryFiles disk = new MemoryFiles();

  private void add(Outbox settings, String... payloads) {
    OutboxLog log = OutboxLog.open(settings, "device", disk);
    for (String each : payloads) {
      log.append(
          Message.to("secret/topic").payload(each).userProperty("hidden", "value").build(), 7);
    }
    log.commit(true);
    log.close();
  }

  private List<String> payloads(Outbox settings) {
    OutboxLog log = OutboxLog.open(settings, "device", disk);
    List<String> all =
        log.read(0, 100, 100_000).stream().map(each -> each.message().payloadText()).toList();
    log.close();
    return all;
  }

  private boolean onDisk(String text) {
    return disk.names().stream()
        .anyMatch(
            name -> new String(disk.contents(name), StandardCharsets.ISO_8859_1).contains(text));
  }

  @Test
  void topicPayloadAndProperties_areNotOnDisk() {
    add(SECRET, "first payload", "second payload");
    assertFalse(onDisk("payload"));
    assertFalse(onDisk("secret"));
    assertFalse(onDisk("hidden"));
    assertEquals(List.of("first payload", "second payload"), payloads(SECRET));
  }

  @Test
  void wrongKeyOrNone_isRefused_andLosesNothing() {
    add(SECRET, "one");
    byte[] before = disk.contents("00000001.log");
    Outbox wrong = PLAIN.encryptedWith(TestMac.of(2));
    for (Outbox settings : List.of(PLAIN, wrong)) {
      OutboxException refused =
          assertThrows(OutboxException.class, () -> OutboxLog.open(settings, "device", disk));
      assertEquals(Reason.WRONG_KEY, refused.reason());
      assertFalse(refused.retryable());
    }
    assertEquals(
        new String(before, StandardCharsets.ISO_8859_1),
        new String(disk.contents("00000001.log"), StandardCharsets.ISO_8859_1));
    assertEquals(List.of("one"), payloads(SECRET));
  }

  @Test
  void plainLogOpenedWithAKey_isReadOnAndEncryptsWhatComes() {
    add(PLAIN, "old");
    add(SECRET, "new");
    assertEquals(List.of("old", "new"), payloads(SECRET));
    assertTrue(onDisk("old"));
    assertFalse(onDisk("new"));
  }

  @Test
  void encryptedLogWithNothingLeft_opensWithoutTheKey() {
    add(SECRET, "one");
    OutboxLog log = OutboxLog.open(SECRET, "device", disk);
    log.completed(1);
    log.commit(true);
    log.close();
    add(PLAIN, "two");
    assertEquals(List.of("two"), payloads(PLAIN));
  }

  @Test
  void movedOrSwappedOrRenumbered_isNotRead() {
    add(SECRET, "one", "two");
    byte[] bytes = disk.contents("00000001.log");
    SegmentHead head = decodeHead(bytes);
    int first = SegmentHead.AREA;
    while (bytes[first] != RecordHeader.ENTRY) {
      first += RecordHeader.BYTES + RecordHeader.decode(head, first, bytes, first).length();
    }
    RecordHeader one = RecordHeader.decode(head, first, bytes, first);
    int second = first + RecordHeader.BYTES + one.length();
    // The attacker knows the format and makes every checksum right.
    forge(bytes, head, one, first, second);
    disk.contents("00000001.log", bytes);
    OutboxLog log = OutboxLog.open(SECRET, "device", disk);
    assertTrue(log.recovery().isClean(), "checksums are right");
    assertEquals(
        List.of("one"),
        log.read(0, 10, 10_000).stream().map(each -> each.message().payloadText()).toList());
    assertEquals(1, log.lostSinceOpening());
    assertEquals(1, log.takeFindings().size());
    log.close();
  }

  /** Puts the body of the first entry in the place of the second, under the second's id. */
  private static void forge(
      byte[] bytes, SegmentHead head, RecordHeader one, int first, int second) {
    RecordHeader two = RecordHeader.decode(head, second, bytes, second);
    RecordHeader forged =
        new RecordHeader(two.type(), two.flags(), 0, one.length(), two.id(), one.bodyChecksum());
    System.arraycopy(forged.encode(head, second), 0, bytes, second, RecordHeader.BYTES);
    System.arraycopy(
        bytes, first + RecordHeader.BYTES, bytes, second + RecordHeader.BYTES, one.length());
  }

  private static SegmentHead decodeHead(byte[] bytes) {
    try {
      return SegmentHead.decode(bytes, bytes.length);
    } catch (SegmentHead.NewerFormatException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void keyThatIsAway_isATypedError_andNothingIsAccepted() {
    SecretMac away =
        new SecretMac() {
          @Override
          public String algorithm() {
            return "HmacSHA256";
          }

          @Override
          public byte[] mac(byte[] data) {
            throw new KeystoreException("the token is gone");
          }
        };
    add(PLAIN, "old");
    OutboxLog log = OutboxLog.open(PLAIN.encryptedWith(away), "device", disk);
    log.append(Message.of("a", "b"), 0);
    OutboxException refused = assertThrows(OutboxException.class, () -> log.commit(true));
    assertEquals(Reason.KEY_UNAVAILABLE, refused.reason());
    assertTrue(refused.retryable());
    log.close();
    assertEquals(List.of("old"), payloads(PLAIN));
  }

  @Test
  void inspectedWithoutTheKey_countsAndHidesTopics() {
    add(SECRET, "one", "two");
    OutboxContents contents = Inspection.of(PLAIN, disk);
    assertEquals(2, contents.messages());
    assertEquals(2, contents.encryptedWithoutKey());
    assertNull(contents.entries().get(0).topic());
    assertEquals(7, contents.entries().get(0).acceptedAt().toEpochMilli());
    assertTrue(contents.findings().get(0).contains("no key was given"));
    OutboxContents shown = Inspection.of(SECRET, disk);
    assertEquals("secret/topic", shown.entries().get(0).topic());
    assertEquals(3, shown.entries().get(0).payloadBytes());
    assertEquals(List.of(), shown.findings());
    assertFalse(shown.toString().contains("one"));
    assertEquals(
        Reason.WRONG_KEY,
        assertThrows(
                OutboxException.class,
                () -> Inspection.of(PLAIN.encryptedWith(TestMac.of(9)), disk))
            .reason());
  }
}
