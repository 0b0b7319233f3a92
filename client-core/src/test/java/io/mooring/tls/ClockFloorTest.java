package io.mooring.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.internal.tls.BuildDate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockFloorTest {
  private static final Instant BUILT = BuildDate.instant();

  @TempDir Path folder;

  @Test
  void clockFloor_withoutAFile_isTheBuildDate() {
    assertEquals(BUILT, ClockFloor.in(folder.resolve("floor")).floor());
    assertTrue(BUILT.isAfter(Instant.parse("2026-01-01T00:00:00Z")));
  }

  @Test
  void clockFloor_rises_survivesARestart_andNeverFalls() {
    Path file = folder.resolve("floor");
    ClockFloor floor = ClockFloor.in(file);
    Instant later = BUILT.plus(Duration.ofDays(40));
    floor.observed(later);
    assertEquals(later, floor.floor());
    floor.observed(BUILT);
    floor.observed(Instant.EPOCH);
    assertEquals(later, ClockFloor.in(file).floor());
  }

  @Test
  void clockFloor_sparesTheFlash_byWritingOnceADay() {
    Path file = folder.resolve("floor");
    ClockFloor floor = ClockFloor.in(file);
    floor.observed(BUILT.plus(Duration.ofHours(23)));
    assertEquals(BUILT, floor.floor());
    assertTrue(Files.notExists(file));
  }

  @Test
  void clockFloor_damagedOrOldFile_fallsBackToTheBuildDate() throws Exception {
    Path file = Files.writeString(folder.resolve("floor"), "yesterday");
    assertEquals(BUILT, ClockFloor.in(file).floor());
    Files.writeString(file, "1999-01-01T00:00:00Z\n");
    assertEquals(BUILT, ClockFloor.in(file).floor());
  }

  @Test
  void clockFloor_thatCannotBeWritten_staysWhereItWas() {
    ClockFloor floor = ClockFloor.in(folder.resolve("missing-folder").resolve("floor"));
    floor.observed(BUILT.plus(Duration.ofDays(3)));
    assertEquals(BUILT, floor.floor());
  }

  @Test
  void clockFloor_isDurable_onceItsFolderIsForcedAfterTheRename() {
    Path file = folder.resolve("floor");
    Instant later = BUILT.plus(Duration.ofDays(3));
    List<Instant> seen = new ArrayList<>();
    ClockFloor floor =
        new FileClockFloor(file) {
          @Override
          void forceFolder(Path forced) {
            assertEquals(folder.toAbsolutePath(), forced);
            seen.add(ClockFloor.in(file).floor());
          }
        };
    floor.observed(later);
    floor.observed(later);
    assertEquals(List.of(later), seen);
    assertEquals(later, floor.floor());
  }

  @Test
  void clockFloor_whoseFolderCannotBeForced_staysWhereItWas() {
    ClockFloor floor =
        new FileClockFloor(folder.resolve("floor")) {
          @Override
          void forceFolder(Path forced) throws IOException {
            throw new IOException("no such device");
          }
        };
    floor.observed(BUILT.plus(Duration.ofDays(3)));
    assertEquals(BUILT, floor.floor());
  }
}
