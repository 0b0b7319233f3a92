package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.OutboxException;
import io.mooring.outbox.Outbox;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A log and the simplest memory of what it promised, side by side, from fixed seeds: restarts,
 * kills, power cuts and failing calls at random. A failure names its seed; put it into {@code
 * FIRST_SEED} to run it first.
 */
class LogModelTest {
  private static final int RUNS = 3_000;
  private static final int STEPS = 200;
  private static final int FIRST_SEED = 0;

  @Test
  void restartsAnywhere_loseNothing_bringNothingBack() {
    long accepted = 0;
    for (int seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      try {
        accepted += run(new SplittableRandom(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertTrue(accepted > 50_000, "accepted only " + accepted);
  }

  private static long run(SplittableRandom random) {
    Outbox settings = Outbox.in(LogDriver.FOLDER).atMost(1000, 65_536);
    if (random.nextInt(4) == 0) {
      settings = settings.encryptedWith(TestMac.of(7));
    }
    LogDriver driver = new LogDriver(random, settings);
    MemoryFiles disk = new MemoryFiles();
    driver.open(disk);
    boolean cutFailed = false;
    for (int step = 0; step < STEPS; step++) {
      int what = random.nextInt(30);
      if (what == 0) {
        disk = disk.copy();
        driver.reopen(disk, false, cutFailed);
      } else if (what == 1) {
        disk = disk.afterPowerCut(random.nextInt(disk.undecided() + 1), random.nextBoolean());
        driver.reopen(disk, true, cutFailed);
      } else if (what == 2) {
        FaultyFiles faulty = failing(disk, random);
        driver.reopen(disk, false, cutFailed);
        cutFailed |= failSome(driver, faulty, random);
        driver.reopen(disk, false, cutFailed);
      } else {
        driver.step();
      }
    }
    driver.checkCounts();
    return driver.accepted;
  }

  private static FaultyFiles failing(MemoryFiles disk, SplittableRandom random) {
    return new FaultyFiles(
        disk, 20 + random.nextInt(40), random.nextBoolean(), random.nextBoolean(), "EIO");
  }

  private static boolean failSome(LogDriver driver, FaultyFiles faulty, SplittableRandom random) {
    driver.log.close();
    try {
      driver.open(faulty);
    } catch (OutboxException e) {
      faulty.heal();
      driver.log.close();
      driver.open(faulty);
    }
    int steps = 1 + random.nextInt(20);
    for (int i = 0; i < steps; i++) {
      driver.step();
      if (random.nextInt(10) == 0) {
        faulty.heal();
      }
    }
    return faulty.cutFailed();
  }
}
