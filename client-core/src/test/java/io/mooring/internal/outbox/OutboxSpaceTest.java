package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooring.Message;
import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import io.mooring.outbox.Outbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room: on disk, in memory, and none left. */
class OutboxSpaceTest {
  private static final int BACKLOG = 200_000;

  @TempDir Path parent;

  @Test
  void backlogOf200000_takesLittleHeap_andComesBackInOrder() {
    Outbox settings = Outbox.in(parent.resolve("outbox")).atMost(BACKLOG, 512L << 20);
    OutboxLog log = OutboxLog.open(settings, "device", FileOps.REAL);
    Message message = Message.of("plant/7/meter/temperature", new byte[64]);
    long before = usedHeap();
    for (int i = 1; i <= BACKLOG; i++) {
      log.append(message, i);
      if (i % 1000 == 0) {
        log.commit(false);
      }
    }
    assertEquals(BACKLOG, log.liveMessages());
    long kept = usedHeap() - before;
    assertTrue(kept < 2_000_000, "kept " + kept + " bytes of heap");
    log.close();
    long beforeOpening = usedHeap();
    OutboxLog again = OutboxLog.open(settings, "device", FileOps.REAL);
    assertEquals(BACKLOG, again.recovery().messages());
    long recovered = usedHeap() - beforeOpening;
    assertTrue(recovered < 2_000_000, "recovered into " + recovered + " bytes of heap");
    long id = 0;
    for (List<StoredMessage> some = again.read(0, 1000, 1 << 20);
        !some.isEmpty();
        some = again.read(id, 1000, 1 << 20)) {
      for (StoredMessage each : some) {
        assertEquals(++id, each.id());
      }
    }
    assertEquals(BACKLOG, id);
    again.close();
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  @Test
  void oneOldMessageNeverAcknowledged_pinsNoMoreThanTheBound() {
    Outbox settings = Outbox.in(parent.resolve("outbox")).atMost(1000, 1 << 20);
    long segment = LogWriter.segmentBytes(1 << 20);
    OutboxLog log = OutboxLog.open(settings, "device", FileOps.REAL);
    long pinned = log.append(Message.of("a", "pinned"), 0);
    long largest = 0;
    long payload = 0;
    for (int i = 0; i < 400; i++) {
      List<Long> batch = new ArrayList<>();
      for (int j = 0; j < 30; j++) {
        batch.add(log.append(Message.of("a", new byte[1000]), 0));
        payload += 1000;
      }
      log.commit(i % 10 == 0);
      batch.forEach(log::completed);
      largest = Math.max(largest, log.diskBytes());
    }
    long commit = 31 * 1100;
    assertTrue(largest <= 2 * settings.atMostBytes() + 3 * segment + commit, "took " + largest);
    assertTrue(largest > settings.atMostBytes(), "the bound was never near: " + largest);
    double amplification = (double) log.writtenBytes() / payload;
    assertTrue(amplification < 1.5, "wrote " + amplification + " times the payload");
    assertEquals(pinned, log.read(0, 1, 1).get(0).id());
    log.close();
    OutboxLog again = OutboxLog.open(settings, "device", FileOps.REAL);
    assertEquals("pinned", again.read(0, 1, 1).get(0).message().payloadText());
    assertTrue(again.recovery().isClean(), again.recovery().toString());
    again.close();
  }

  @Test
  void manyRestarts_doNotPileUpSegments() throws IOException {
    Path folder = parent.resolve("outbox");
    for (int i = 0; i < 300; i++) {
      OutboxLog log = OutboxLog.open(Outbox.in(folder), "device", FileOps.REAL);
      log.append(Message.of("a", "b"), i);
      log.commit(false);
      log.close();
    }
    OutboxLog log = OutboxLog.open(Outbox.in(folder), "device", FileOps.REAL);
    assertEquals(300, log.liveMessages());
    assertTrue(log.recovery().isClean(), log.recovery().toString());
    assertEquals(300, log.read(0, 1000, 1 << 20).size());
    log.close();
    assertTrue(FileOps.REAL.list(folder).size() <= 131, "segments piled up");
  }

  @Test
  void fullDisk_refusesByType_keepsWhatItAccepted_andGoesOnWhenThereIsRoom() throws Exception {
    Path mount = Files.createDirectory(parent.resolve("small"));
    mountSmall(mount);
    try {
      Outbox settings = Outbox.in(mount.resolve("outbox"));
      OutboxLog log = OutboxLog.open(settings, "device", FileOps.REAL);
      int accepted = fill(log);
      assertTrue(accepted > 100, "accepted only " + accepted);
      assertEquals(accepted, log.liveMessages());
      log.close();
      OutboxLog again = OutboxLog.open(settings, "device", FileOps.REAL);
      List<StoredMessage> kept = again.read(0, 10_000, Integer.MAX_VALUE);
      assertEquals(accepted, kept.size());
      for (int i = 0; i < accepted; i++) {
        assertEquals(Integer.toString(i), kept.get(i).message().topic());
      }
      Files.delete(mount.resolve("ballast"));
      again.append(Message.of("again", "x"), 0);
      again.commit(true);
      assertEquals(accepted + 1, again.liveMessages());
      again.close();
    } finally {
      command("umount", mount.toString());
    }
  }

  /** How many were accepted before the disk was full; the ten attempts behind that fail too. */
  private static int fill(OutboxLog log) {
    int accepted = 0;
    int refused = 0;
    while (refused < 10) {
      log.append(Message.of(Integer.toString(accepted), new byte[4000]), 0);
      try {
        log.commit(true);
        accepted++;
      } catch (OutboxException e) {
        assertEquals(Reason.DISK_FULL, e.reason(), e.toString());
        refused++;
      }
    }
    return accepted;
  }

  private static void mountSmall(Path mount) throws Exception {
    boolean root = "root".equals(System.getProperty("user.name"));
    boolean mounted =
        root
            && command("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", mount.toString());
    if (root && "true".equals(System.getenv("CI"))) {
      assertTrue(mounted, "root cannot mount a tmpfs here");
    }
    assumeTrue(mounted, "skipped: a small tmpfs can only be mounted by root");
    Files.write(mount.resolve("ballast"), new byte[200_000]);
  }

  private static boolean command(String... words) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
    } catch (IOException e) {
      return false;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      System.err.println(String.join(" ", words) + ": " + said);
      return false;
    }
    return true;
  }

  @Test
  void readOnlyDisk_isSaidAtOpening() throws Exception {
    Path mount = Files.createDirectory(parent.resolve("small"));
    mountSmall(mount);
    try {
      OutboxLog.open(Outbox.in(mount.resolve("outbox")), "device", FileOps.REAL).close();
      assumeTrue(
          command("mount", "-o", "remount,ro", mount.toString()), "skipped: cannot remount here");
      OutboxException refused =
          assertThrows(
              OutboxException.class,
              () -> OutboxLog.open(Outbox.in(mount.resolve("outbox")), "device", FileOps.REAL));
      assertEquals(Reason.READ_ONLY, refused.reason());
      assertEquals("device", Outbox.in(mount.resolve("outbox")).inspect().clientId());
    } finally {
      command("umount", mount.toString());
    }
  }
}
