package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class AcceptanceClockTest {
  private static final Instant TODAY = Instant.parse("2026-11-21T00:00:00Z");
  private static final Instant EPOCH = Instant.EPOCH;

  private Instant wall = TODAY;
  private long nanos = -5_000_000_000L; // nanoTime may be negative

  private AcceptanceClock open() {
    InstantSource source = () -> wall;
    return new AcceptanceClock(source.withZone(ZoneOffset.UTC), () -> nanos);
  }

  private void pass(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }

  private Duration age(AcceptanceClock clock, long id, long acceptedAtMillis) {
    return Duration.ofNanos(nanos - clock.acceptedAtNanos(id, acceptedAtMillis));
  }

  @Test
  void sameProcess_clockJumps_agesByNanoTime() {
    wall = EPOCH;
    AcceptanceClock clock = open();
    long before = clock.stamp(nanos);
    clock.stamped(1);
    pass(Duration.ofMinutes(1));
    wall = TODAY; // NTP
    long after = clock.stamp(nanos);
    clock.stamped(2);
    pass(Duration.ofMinutes(1));
    wall = wall.minus(Duration.ofDays(1)); // and back
    long last = clock.stamp(nanos);
    clock.stamped(3);
    pass(Duration.ofMinutes(1));
    assertEquals(Duration.ofMinutes(3), age(clock, 1, before));
    assertEquals(Duration.ofMinutes(2), age(clock, 2, after));
    assertEquals(Duration.ofMinutes(1), age(clock, 3, last));
    assertEquals(TODAY.toEpochMilli(), after, "the log holds what the wall clock said");
  }

  @Test
  void sameProcess_messageWaitedForTheDisk_agesFromPublish() {
    AcceptanceClock clock = open();
    long published = nanos;
    pass(Duration.ofSeconds(20));
    long stamp = clock.stamp(published);
    clock.stamped(1);
    assertEquals(Duration.ofSeconds(20), age(clock, 1, stamp));
  }

  @Test
  void sameProcess_clockJumpsTooOftenToRemember_agesTooLittle_neverTooMuch() {
    AcceptanceClock clock = open();
    pass(Duration.ofHours(10));
    long[] stamps = new long[301];
    for (int id = 1; id <= 300; id++) {
      pass(Duration.ofMinutes(1));
      wall = id % 2 == 0 ? wall.minus(Duration.ofDays(1)) : wall.plus(Duration.ofDays(1));
      stamps[id] = clock.stamp(nanos);
      clock.stamped(id);
    }
    assertEquals(Duration.ofMinutes(255), age(clock, 45, stamps[45]), "the oldest remembered");
    assertEquals(Duration.ofMinutes(256), age(clock, 44, stamps[44]));
    assertEquals(Duration.ofMinutes(256), age(clock, 1, stamps[1]), "299 min old, not 15 hours");
  }

  @Test
  void sameProcess_clockJumpsTooOftenToRemember_earlierProcessIsStillToldApart() {
    AcceptanceClock clock = open();
    for (int id = 1_001; id <= 1_300; id++) {
      pass(Duration.ofMinutes(1));
      wall = id % 2 == 0 ? wall.minus(Duration.ofDays(1)) : wall.plus(Duration.ofDays(1));
      clock.stamp(nanos);
      clock.stamped(id);
    }
    long accepted = TODAY.minus(Duration.ofHours(5)).toEpochMilli();
    assertEquals(Duration.ofHours(10), age(clock, 1_000, accepted));
  }

  @Test
  void earlierProcess_sensibleClock_countsTheTimeOff() {
    AcceptanceClock clock = open();
    pass(Duration.ofMinutes(1));
    long accepted = TODAY.minus(Duration.ofHours(5)).toEpochMilli();
    assertEquals(Duration.ofHours(5).plusMinutes(1), age(clock, 1, accepted));
  }

  @Test
  void earlierProcess_clockWentBack_countsFromOpening() {
    AcceptanceClock clock = open();
    pass(Duration.ofMinutes(1));
    long accepted = TODAY.plus(Duration.ofHours(5)).toEpochMilli();
    assertEquals(Duration.ofMinutes(1), age(clock, 1, accepted));
  }

  @Test
  void earlierProcess_noClockThen_countsFromOpening() {
    AcceptanceClock clock = open();
    pass(Duration.ofMinutes(1));
    assertEquals(Duration.ofMinutes(1), age(clock, 1, EPOCH.plusSeconds(30).toEpochMilli()));
  }

  @Test
  void earlierProcess_noClockNow_countsFromOpening() {
    wall = EPOCH.plusSeconds(60);
    AcceptanceClock clock = open();
    pass(Duration.ofMinutes(1));
    assertEquals(Duration.ofMinutes(1), age(clock, 1, TODAY.toEpochMilli()));
    assertEquals(Duration.ofMinutes(1), age(clock, 1, EPOCH.plusSeconds(30).toEpochMilli()));
  }
}
