package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class FakeClockTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private final FakeClock clock = FakeClock.at(START);

  @Test
  void clock_standsStill_untilAdvanced() {
    assertEquals(START, clock.instant());
    assertEquals(START, clock.instant());
    assertEquals(0, clock.nanoTime());

    clock.advance(Duration.ofMillis(1500));

    assertEquals(START.plusMillis(1500), clock.instant());
    assertEquals(1_500_000_000L, clock.nanoTimeSource().getAsLong());
  }

  @Test
  void wallClock_canJumpBack_whileNanoTimeStays() {
    clock.advance(Duration.ofSeconds(1));

    clock.setWallClock(Instant.EPOCH);

    assertEquals(Instant.EPOCH, clock.instant());
    assertEquals(1_000_000_000L, clock.nanoTime());
  }

  @Test
  void advance_refusesToGoBack() {
    assertThrows(IllegalArgumentException.class, () -> clock.advance(Duration.ofNanos(-1)));
  }

  @Test
  void otherZone_isTheSameClock() {
    FakeClock elsewhere = clock.withZone(ZoneId.of("Asia/Tokyo"));

    clock.advance(Duration.ofHours(1));

    assertEquals(clock.instant(), elsewhere.instant());
    assertEquals(ZoneId.of("Asia/Tokyo"), elsewhere.getZone());
  }
}
