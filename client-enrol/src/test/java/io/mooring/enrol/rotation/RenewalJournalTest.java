package io.mooring.enrol.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewalJournalTest {
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

  @TempDir private Path folder;

  @Test
  void record_isDurable_onceItsFolderIsForcedAfterTheRename() {
    Path file = folder.resolve("renewal");
    List<RenewalRecord> seen = new ArrayList<>();
    RenewalJournal journal =
        RenewalJournal.open(
            file,
            forced -> {
              assertEquals(folder.toAbsolutePath(), forced);
              seen.add(RenewalJournal.open(file).last());
            });
    journal.remember(record(1));
    journal.remember(record(1));
    journal.remember(record(2));
    assertEquals(List.of(record(1), record(2)), seen);
  }

  @Test
  void folderThatCannotBeForced_isSaid() {
    RenewalJournal journal =
        RenewalJournal.open(
            folder.resolve("renewal"),
            forced -> {
              throw new IOException("no such device");
            });
    assertThrows(RotationException.class, () -> journal.remember(record(1)));
  }

  @Test
  void record_isReadByTheNextProcess() {
    RenewalJournal.open(folder.resolve("renewal")).remember(record(3));
    assertEquals(record(3), RenewalJournal.open(folder.resolve("renewal")).last());
  }

  private static RenewalRecord record(int failures) {
    return new RenewalRecord("0".repeat(64), START, START.plusSeconds(60), failures);
  }
}
