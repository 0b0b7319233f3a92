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
  private static final int RUNS = 2_000;
  private static final int STEPS = 200;
  private static final int HEAVY_RUNS = 20;
  private static final int HEAVY_STEPS = 1_500;
  private static final int FIRST_SEED = 0;

  @Test
  void restartsAnywhere_loseNothing_bringNothingBack() {
    long accepted = 0;
    for (int seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      accepted += run(seed, STEPS, false).accepted;
    }
    assertTrue(accepted > 30_000, "accepted only " + accepted);
  }

  @Test
  void restartsAnywhereWithRewrites_loseNothing_bringNothingBack() {
    int rewrites = 0;
    for (int seed = FIRST_SEED; seed < FIRST_SEED + HEAVY_RUNS; seed++) {
      rewrites += run(seed, HEAVY_STEPS, true).rewrites;
    }
    assertTrue(rewrites > HEAVY_RUNS / 2, "rewrote only " + rewrites + " times");
  }

  private static Run run(int seed, int steps, boolean heavy) {
    try {
      return new Run(seed, heavy).run(steps);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ", heavy " + heavy, e);
    }
  }

  private static final class Run {
    private final SplittableRandom random;
    private final LogDriver driver;
    private final Outbox settings;
    private MemoryFiles disk = new MemoryFiles();
    private boolean cutFailed;
    private long accepted;
    private int rewrites;

    Run(int seed, boolean heavy) {
      random = new SplittableRandom(seed);
      Outbox plain = Outbox.in(LogDriver.FOLDER).atMost(1000, 65_536);
      settings = random.nextInt(4) == 0 ? plain.encryptedWith(TestMac.of(7)) : plain;
      driver = new LogDriver(random, settings);
      driver.heavy = heavy;
    }

    Run run(int steps) {
      driver.open(disk);
      for (int step = 0; step < steps; step++) {
        step();
      }
      driver.checkCounts();
      accepted = driver.accepted;
      rewrites = disk.renames();
      return this;
    }

    private void step() {
      int what = random.nextInt(driver.heavy ? 200 : 30);
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
        long bound = 2 * settings.atMostBytes() + 3 * LogWriter.segmentBytes(65_536);
        assertTrue(driver.log.diskBytes() <= bound + 65_536, "on disk " + driver.log.diskBytes());
      }
    }
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
