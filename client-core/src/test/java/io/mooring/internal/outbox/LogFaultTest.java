package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import io.mooring.outbox.Outbox;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every call to the file system fails once, and from there on for good; every force is missed. */
class LogFaultTest {
  private static final int STEPS = 300;
  private static final Outbox SETTINGS = Outbox.in(LogDriver.FOLDER).atMost(1000, 65_536);

  @ParameterizedTest(name = "for good {0}, short write {1}, {2}")
  @CsvSource({
    "false, false, No space left on device",
    "false, true, No space left on device",
    "false, false, Input/output error",
    "true, false, Read-only file system",
    "true, true, Input/output error",
    "true, true, No space left on device"
  })
  void eachCallFails_acceptedIsKept_rejectedStaysAway(
      boolean forGood, boolean shortWrite, String message) {
    int calls = Integer.MAX_VALUE;
    for (int failing = 1; failing <= calls; failing++) {
      FaultyFiles faulty =
          new FaultyFiles(new MemoryFiles(), failing, forGood, shortWrite, message);
      try {
        calls = run(faulty, failing);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("call " + failing, e);
      }
    }
    assertTrue(calls > 100, "only " + calls + " calls");
  }

  /** The calls that a run makes in which nothing fails, or a number behind {@code failing}. */
  private static int run(FaultyFiles faulty, int failing) {
    LogDriver driver = new LogDriver(new SplittableRandom(5), SETTINGS);
    driver.heavy = true;
    if (!opens(driver, faulty)) {
      faulty.heal();
      driver.open(faulty);
    }
    for (int step = 0; step < STEPS; step++) {
      driver.step();
    }
    driver.checkCounts();
    int calls = faulty.failures() == 0 ? faulty.calls() : Integer.MAX_VALUE;
    faulty.heal();
    driver.reopen(faulty, false, faulty.cutFailed());
    driver.append();
    assertTrue(driver.commit(true), "the log goes on after call " + failing);
    driver.reopen(faulty, false, faulty.cutFailed());
    return calls;
  }

  private static boolean opens(LogDriver driver, FaultyFiles faulty) {
    try {
      driver.open(faulty);
      return true;
    } catch (OutboxException e) {
      return false;
    }
  }

  @Test
  void powerCutAfterEachOperation_keepsWhatWasForced() {
    for (int steps = 1; steps <= 60; steps++) {
      MemoryFiles before = new MemoryFiles();
      LogDriver first = driver(steps, before);
      int undecided = before.undecided();
      first.log.close();
      for (int kept = 0; kept <= undecided; kept++) {
        for (boolean half : new boolean[] {false, true}) {
          MemoryFiles disk = new MemoryFiles();
          LogDriver driver = driver(steps, disk);
          try {
            driver.reopen(disk.afterPowerCut(kept, half), true, false);
          } catch (AssertionError e) {
            throw new AssertionError("after " + steps + " steps, kept " + kept, e);
          }
        }
      }
    }
  }

  private static LogDriver driver(int steps, MemoryFiles disk) {
    LogDriver driver = new LogDriver(new SplittableRandom(11), SETTINGS);
    driver.heavy = true;
    driver.open(disk);
    for (int step = 0; step < steps; step++) {
      driver.step();
    }
    return driver;
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device, DISK_FULL",
    "Disk quota exceeded, DISK_FULL",
    "Read-only file system, READ_ONLY",
    "Input/output error, IO"
  })
  void failingWrite_isTyped(String message, Reason reason) {
    FaultyFiles faulty = new FaultyFiles(new MemoryFiles(), Integer.MAX_VALUE, true, true, message);
    OutboxLog log = OutboxLog.open(SETTINGS, "device", faulty);
    faulty.failNow();
    LogDriver driver = new LogDriver(new SplittableRandom(1), SETTINGS);
    driver.log = log;
    driver.append();
    OutboxException refused = assertThrows(OutboxException.class, () -> log.commit(true));
    assertEquals(reason, refused.reason());
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
    assertEquals(0, log.liveMessages());
    log.close();
  }
}
