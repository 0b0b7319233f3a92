package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.outbox.Outbox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage at every byte of a small log of two segments. */
class LogDamageTest {
  private static final int RUN = 40;
  private static final Outbox SETTINGS = Outbox.in(LogDriver.FOLDER).atMost(100, 65_536);

  private final SplittableRandom random = new SplittableRandom(1);

  /** Where each entry lies. */
  private record Place(String file, long begin, long end) {}

  private final TreeMap<Long, Place> places = new TreeMap<>();
  private final Set<Long> boundaries = new HashSet<>();
  private MemoryFiles whole = new MemoryFiles();
  private long completed;

  enum Kind {
    BIT,
    GARBAGE,
    ZEROS
  }

  /** Two segments, the second begun by a restart: eight entries, one of them dead. */
  private void write(Outbox settings) throws Exception {
    whole = new MemoryFiles();
    for (int run = 0; run < 2; run++) {
      OutboxLog log = OutboxLog.open(settings, "device", whole);
      for (int i = 0; i < 4; i++) {
        Qos qos = i % 2 == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
        long id = log.append(message(run * 4 + i, qos), 1_000_000 + i);
        log.commit(true);
        if (qos == Qos.EXACTLY_ONCE) {
          log.assigned(id, (int) id);
        }
      }
      if (run == 1) {
        completed = 3;
        log.completed(completed);
      }
      log.commit(true);
      log.close();
    }
    locate();
    assertEquals(List.of("00000001.log", "00000002.log"), whole.names());
    assertEquals(8, places.size());
  }

  private static Message message(int number, Qos qos) {
    return Message.to("topic/" + number).payload("payload " + number).qos(qos).build();
  }

  private void locate() throws Exception {
    for (String name : whole.names()) {
      byte[] bytes = whole.contents(name);
      SegmentHead head = SegmentHead.decode(bytes, bytes.length);
      try (SegmentReader reader =
          new SegmentReader(whole.read(LogDriver.FOLDER.resolve(name)), head, bytes.length)) {
        for (RecordHeader each = reader.next(); each != null; each = reader.next()) {
          if (name.equals("00000002.log")) {
            boundaries.add(reader.position());
          }
          if (each.type() == RecordHeader.ENTRY) {
            places.put(each.id(), new Place(name, reader.offset(), reader.position()));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void damagedAtEveryByte_keepsEveryOtherEntry_andSaysWhatItDropped(Kind kind) throws Exception {
    write(SETTINGS);
    for (String name : whole.names()) {
      byte[] intact = whole.contents(name);
      for (int at = 0; at < intact.length; at++) {
        byte[] damaged = intact.clone();
        int end = damage(kind, damaged, at);
        if (!isSame(intact, damaged)) {
          check(SETTINGS, name, damaged, at, end, false);
        }
      }
    }
  }

  @Test
  void cutAtEveryByte_keepsEveryEntryBefore_andSaysWhatItDropped() throws Exception {
    write(SETTINGS);
    for (String name : whole.names()) {
      byte[] intact = whole.contents(name);
      for (int at = 0; at < intact.length; at++) {
        check(SETTINGS, name, Arrays.copyOf(intact, at), at, intact.length, true);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void encryptedAndDamagedAtEveryByte_keepsEveryOtherEntry(int step) throws Exception {
    Outbox settings = SETTINGS.encryptedWith(TestMac.of(3));
    write(settings);
    String name = whole.names().get(step - 1);
    byte[] intact = whole.contents(name);
    for (int at = 0; at < intact.length; at += 3) {
      byte[] damaged = intact.clone();
      int end = damage(Kind.BIT, damaged, at);
      check(settings, name, damaged, at, end, false);
    }
  }

  @Test
  void blockThatCannotBeRead_isDamage_andTheRestIsKept() {
    FaultyFiles files =
        new FaultyFiles(new MemoryFiles(), Integer.MAX_VALUE, false, false, "Input/output error");
    OutboxLog log = OutboxLog.open(SETTINGS, "device", files);
    for (int i = 1; i <= 30; i++) {
      log.append(Message.of("topic/" + i, new byte[1000]), 0);
    }
    log.commit(true);
    files.badBlock(8192);
    List<StoredMessage> left = log.read(0, 100, 100_000);
    assertTrue(left.size() >= 24 && left.size() < 30, "left " + left.size());
    assertEquals(30, left.size() + log.lostSinceOpening());
    log.close();
    OutboxLog again = OutboxLog.open(SETTINGS, "device", files);
    assertEquals(left.size(), again.read(0, 100, 100_000).size());
    assertEquals(30 - left.size(), again.recovery().lostMessages());
    again.close();
  }

  @Test
  void segmentRemovedWhileOpen_isDamage() {
    MemoryFiles disk = new MemoryFiles();
    OutboxLog log = OutboxLog.open(SETTINGS, "device", disk);
    log.append(message(1, Qos.AT_LEAST_ONCE), 0);
    log.commit(true);
    disk.remove("00000001.log");
    assertEquals(List.of(), log.read(0, 1, 1));
    assertEquals(1, log.lostSinceOpening());
    log.close();
  }

  private int damage(Kind kind, byte[] bytes, int at) {
    int end = kind == Kind.BIT ? at + 1 : Math.min(bytes.length, at + RUN);
    for (int i = at; i < end; i++) {
      bytes[i] =
          switch (kind) {
            case BIT -> (byte) (bytes[i] ^ 1 << random.nextInt(8));
            case GARBAGE -> (byte) random.nextInt(256);
            case ZEROS -> 0;
          };
    }
    return end;
  }

  private static boolean isSame(byte[] one, byte[] other) {
    return Arrays.equals(one, other);
  }

  private void check(
      Outbox settings, String name, byte[] damaged, long from, long to, boolean cut) {
    MemoryFiles disk = whole.copy();
    disk.contents(name, damaged);
    OutboxLog log = OutboxLog.open(settings, "device", disk);
    String where = name + " from " + from + " to " + to + ": " + log.recovery();
    List<Long> ids = new ArrayList<>();
    for (StoredMessage each : log.read(0, 100, 100_000)) {
      ids.add(each.id());
      assertEquals("topic/" + (each.id() - 1), each.message().topic(), where);
      assertEquals("payload " + (each.id() - 1), each.message().payloadText(), where);
    }
    int hit = 0;
    // Of the last entries of all nothing tells that there were any.
    int known = 0;
    boolean last = name.equals("00000002.log");
    boolean padding = !cut && to <= SegmentHead.AREA;
    // Nothing tells a newest segment that ends between two records from one that never went on.
    boolean seamless = cut && last && boundaries.contains(from);
    for (var each : places.entrySet()) {
      Place place = each.getValue();
      boolean touched = place.file.equals(name) && place.begin < to && from < place.end;
      boolean lives = each.getKey() != completed;
      hit += touched && lives ? 1 : 0;
      long newest = ids.isEmpty() ? 0 : ids.get(ids.size() - 1);
      known += touched && lives && (!last || each.getKey() < newest) ? 1 : 0;
      if (lives) {
        assertEquals(
            !touched, ids.contains(each.getKey()), "message " + each.getKey() + ", " + where);
      }
    }
    if (!padding && !seamless) {
      assertFalse(log.recovery().isClean(), where);
    }
    assertTrue(log.recovery().lostMessages() >= known, where);
    assertTrue(log.recovery().lostMessages() <= hit + 1, where);
    goesOn(log, disk, settings, ids.size(), where);
  }

  /** A damaged log takes new messages, and keeps them. */
  private static void goesOn(
      OutboxLog log, MemoryFiles disk, Outbox settings, int before, String where) {
    long id = log.append(message(99, Qos.AT_LEAST_ONCE), 0);
    assertTrue(id > 8 || before < 8, where);
    log.commit(true);
    log.close();
    OutboxLog again = OutboxLog.open(settings, "device", disk);
    List<StoredMessage> all = again.read(0, 100, 100_000);
    assertEquals(id, all.get(all.size() - 1).id(), where);
    assertEquals(before + 1, all.size(), where);
    again.close();
  }
}
