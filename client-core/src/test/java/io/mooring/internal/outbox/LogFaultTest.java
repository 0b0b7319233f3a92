package io.mooring.internal.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import io.mooring.identity.SecretMac;
import io.mooring.outbox.Outbox;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every call to the file system fails once, and from there on for good; every force is missed. */
class LogFaultTest {
  private static final int STEPS = 300;
  private static final Outbox SETTINGS = Outbox.in(LogDriver.FOLDER).atMost(1000, 65_536);

  /** Kept, so that nobody collects the level with it. */
  private final Logger log = Logger.getLogger("io.mooring");

  @BeforeEach
  void silence() {
    log.setLevel(Level.OFF); // each fault is a warning
  }

  @AfterEach
  void speak() {
    log.setLevel(null);
  }

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

  private static boolean opens(LogDriver driver, FileOps files) {
    try {
      driver.open(files);
      return true;
    } catch (OutboxException | IllegalStateException e) {
      return false;
    }
  }

  /** An application's key may throw anything, and so may a JVM that is short of memory. */
  @Test
  void eachCallOfTheKeyThrows_acceptedIsKept_rejectedStaysAway() {
    int calls = Integer.MAX_VALUE;
    int passedOver = 0;
    for (int failing = 1; failing <= calls; failing++) {
      FaultyMac key = new FaultyMac(failing);
      try {
        passedOver += run(key) ? 1 : 0;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("call " + failing, e);
      }
      calls = key.thrown ? calls : key.calls;
    }
    assertTrue(calls > 60, "only " + calls + " calls");
    assertTrue(passedOver > 10, "only " + passedOver + " calls refused nothing");
  }

  /** True if the key threw, and nothing was refused. */
  private static boolean run(FaultyMac key) {
    MemoryFiles disk = new MemoryFiles();
    LogDriver driver = new LogDriver(new SplittableRandom(5), SETTINGS.encryptedWith(key));
    driver.heavy = true;
    if (!opens(driver, disk)) {
      driver.open(disk);
      driver.refusals++;
    }
    for (int step = 0; step < 2 * STEPS; step++) {
      driver.step();
    }
    driver.checkCounts();
    boolean passedOver = key.thrown && driver.refusals == 0;
    key.healed = true;
    driver.reopen(disk, false, false);
    driver.append();
    assertTrue(driver.commit(true), "the log goes on");
    driver.reopen(disk, false, false);
    return passedOver;
  }

  private static final class FaultyMac implements SecretMac {
    private final SecretMac real = TestMac.of(7);
    private final int failing;
    private int calls;
    private boolean thrown;
    private boolean healed;

    FaultyMac(int failing) {
      this.failing = failing;
    }

    @Override
    public String algorithm() {
      return real.algorithm();
    }

    @Override
    public byte[] mac(byte[] data) {
      calls += healed ? 0 : 1;
      if (!healed && calls == failing) {
        thrown = true;
        throw new IllegalStateException("the session of the token is closed");
      }
      return real.mac(data);
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
