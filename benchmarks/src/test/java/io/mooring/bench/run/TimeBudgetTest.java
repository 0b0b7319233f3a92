package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TimeBudgetTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

  private void pass(long seconds) {
    clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void quick_endsBeforeEightMinutes_full_before55() {
    TimeBudget quick = TimeBudget.of(true, clock::get);
    TimeBudget full = TimeBudget.of(false, clock::get);
    pass(7 * 60 - 1);
    assertFalse(quick.isOver());
    pass(1);
    assertTrue(quick.isOver());
    assertFalse(full.isOver());
    pass(45 * 60);
    assertTrue(full.isOver());
    assertEquals("52 min 0 s, without building", full.spent());
  }

  @Test
  void row_beginsNoRoundAfterItsTime_andOneStepNeverTakesTheRunOverItsEnd() {
    RowTime row = TimeBudget.of(true, clock::get).row();
    assertEquals(TimeUnit.SECONDS.toNanos(40), row.leftNanos());
    pass(44);
    assertFalse(row.isOver());
    pass(1);
    assertTrue(row.isOver());
    assertEquals(TimeUnit.SECONDS.toNanos(40), row.leftNanos());
    assertEquals("it took longer than 40 s", row.what());
    pass(7 * 60 - 45);
    assertEquals(TimeUnit.SECONDS.toNanos(30), row.leftNanos());
    pass(1000);
    assertEquals(TimeUnit.SECONDS.toNanos(1), row.leftNanos());
    assertEquals("the time of the run was over", row.what());
  }

  @Test
  void rowThatWasAskedForAndHasNoTimeLeft_isPutOnRecord() throws UsageException {
    Progress progress =
        new Progress(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    Path nowhere = Path.of("nowhere");
    Run run =
        new Run(
            Options.parse(nowhere, "--quick", "--rows", "storm"),
            new ClassPaths(nowhere, nowhere),
            nowhere,
            new Results(),
            progress,
            TimeBudget.of(true, clock::get));
    assertTrue(run.begins("storm-600"));
    pass(7 * 60);
    assertFalse(run.begins("storm-600"));
    assertFalse(run.begins("jars"));
    assertEquals(
        List.of("storm-600, all clients: not begun: the 7 minutes of the run are used up"),
        progress.failures());
  }

  @Test
  @Timeout(20)
  void watchdog_endsAProcessThatTakesTooLong_andNoOther() throws Exception {
    Process sleeper = new ProcessBuilder("sleep", "60").start();
    try (Watchdog watchdog = new Watchdog(sleeper, 1)) {
      assertEquals(-1, sleeper.getInputStream().read());
      assertTrue(watchdog.bitten());
    } finally {
      sleeper.destroyForcibly();
    }
    Process cat = new ProcessBuilder("cat").start();
    try (Watchdog watchdog = new Watchdog(cat, TimeUnit.MINUTES.toNanos(1))) {
      cat.getOutputStream().close();
      assertEquals(0, cat.waitFor());
      assertFalse(watchdog.bitten());
    } finally {
      cat.destroyForcibly();
    }
  }
}
