package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** When the next audit is due. */
class AuditScheduleTest {
  @Test
  void wait_isUpToATenthShorterOrLonger() {
    Duration hour = Duration.ofHours(1);
    SplittableRandom random = new SplittableRandom(7);
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 0; i < 10_000; i++) {
      long wait = AuditSchedule.jittered(hour, random);
      shortest = Math.min(shortest, wait);
      longest = Math.max(longest, wait);
    }
    assertEquals(Duration.ofMinutes(54).toSeconds(), shortest / 1_000_000_000, 5);
    assertEquals(Duration.ofMinutes(66).toSeconds(), longest / 1_000_000_000, 5);
    assertTrue(shortest >= Duration.ofMinutes(54).toNanos());
    assertTrue(longest <= Duration.ofMinutes(66).toNanos());
  }

  @Test
  void wait_ofTheLongestPeriod_doesNotOverflow() {
    assertTrue(AuditSchedule.jittered(Duration.ofDays(7), new SplittableRandom(1)) > 0);
  }
}
