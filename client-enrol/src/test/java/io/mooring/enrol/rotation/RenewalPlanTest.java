package io.mooring.enrol.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When to renew: whatever clock, crashes and server do, in time and never in a loop. */
class RenewalPlanTest {
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final RenewalPolicy POLICY = RenewalPolicy.DEFAULT;

  private final SplittableRandom random = new SplittableRandom(7);
  private final RenewalPlan plan = new RenewalPlan(POLICY, random);

  @Test
  void due_isAtTwoThirds_spreadByTheCertificate_andTheSameAtEachLook() {
    Instant earliest = Instant.MAX;
    Instant latest = Instant.MIN;
    for (int i = 0; i < 2_000; i++) {
      Term term = term(START, Duration.ofDays(90));
      Instant due = plan.due(term);
      assertEquals(due, plan.due(term));
      earliest = due.isBefore(earliest) ? due : earliest;
      latest = due.isAfter(latest) ? due : latest;
    }
    Instant middle = START.plus(Duration.ofDays(60));
    Duration spread = Duration.ofDays(90).dividedBy(20);
    assertTrue(earliest.isAfter(middle.minus(spread).minusSeconds(1)));
    assertTrue(latest.isBefore(middle.plus(spread)));
    assertTrue(Duration.between(earliest, latest).compareTo(spread) > 0, "hardly spread");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 59, 365})
  void certificate_beforeItsTime_waits_untilThen(long days) {
    Term term = term(START, Duration.ofDays(900));
    Instant now = START.plus(Duration.ofDays(days));
    assertEquals(plan.due(term), now.plus(plan.untilNext(term, null, now)));
  }

  @Test
  void expired_isTriedAtOnce_andNotHammered() {
    Term term = term(START, Duration.ofDays(1));
    Instant now = START.plus(Duration.ofDays(30));
    assertEquals(Duration.ZERO, plan.untilNext(term, null, now));
    RenewalRecord attempt = plan.attempting(term, null, now);
    assertTrue(plan.untilNext(term, attempt, now).compareTo(FIRST_RETRY) >= 0);
  }

  @Test
  void crashLoop_asksAsRarelyAsADeviceThatRuns() {
    Term term = term(START, Duration.ofDays(1));
    Instant now = START.plus(Duration.ofDays(30));
    RenewalRecord last = null;
    List<Instant> attempts = new ArrayList<>();
    Instant end = now.plus(Duration.ofDays(3));
    while (now.isBefore(end)) {
      last = last == null ? null : RenewalRecord.decode(last.encode()); // a restart
      if (plan.untilNext(term, last, now).isZero()) {
        attempts.add(now);
        last = plan.attempting(term, last, now);
      }
      now = now.plusSeconds(1 + random.nextInt(60));
    }
    assertTrue(attempts.size() >= 5 && attempts.size() < 25, attempts::toString);
    for (int i = 1; i < attempts.size(); i++) {
      Duration pause = Duration.between(attempts.get(i - 1), attempts.get(i));
      assertTrue(pause.compareTo(FIRST_RETRY) >= 0, attempts::toString);
    }
  }

  @Test
  void clock_jumpingAtRandom_neverMakesALoop_andNeverAnEnd() {
    Term term = term(START, Duration.ofDays(90));
    Duration offset = Duration.ZERO;
    Instant truth = START.plus(Duration.ofDays(61));
    RenewalRecord last = null;
    List<Instant> attempts = new ArrayList<>();
    int jumps = 0;
    Instant end = truth.plus(Duration.ofDays(20));
    while (truth.isBefore(end)) {
      if (random.nextInt(200) == 0) {
        jumps++;
        offset = Duration.ofDays(random.nextInt(-20_000, 20_000));
      } else if (random.nextInt(50) == 0) {
        offset = Duration.ZERO;
      }
      Instant now = truth.plus(offset);
      last = last == null ? null : RenewalPlan.settled(last, now);
      if (plan.untilNext(term, last, now).isZero()) {
        attempts.add(truth);
        last = plan.attempting(term, last, now);
      }
      truth = truth.plusSeconds(600);
    }
    assertTrue(attempts.size() > 10, "it gave up: " + attempts);
    // Each jump ends a pause at most once; without one, pauses grow to 12 h.
    assertTrue(attempts.size() < 10 + 2 * 20 + 2 * jumps, attempts.size() + ", jumps " + jumps);
  }

  @Test
  void clock_setBackAfterAnAttempt_beginsThePauseAnew_andDoesNotWaitForThatDay() {
    Term term = term(START, Duration.ofDays(90));
    Instant ahead = START.plus(Duration.ofDays(9_000));
    Instant truth = START.plus(Duration.ofDays(75));
    RenewalRecord attempt = plan.attempting(term, null, ahead);
    RenewalRecord settled = RenewalPlan.settled(attempt, truth);
    assertEquals(attempt.pause(), plan.untilNext(term, settled, truth));
    Instant later = truth.plus(attempt.pause());
    RenewalRecord still = RenewalPlan.settled(settled, later);
    assertEquals(Duration.ZERO, plan.untilNext(term, still, later));
  }

  @Test
  void success_isFollowedByQuiet_evenIfTheNewCertificateLooksExpired() {
    Term renewed = term(START, Duration.ofDays(90));
    Instant ahead = START.plus(Duration.ofDays(3650));
    RenewalRecord last = plan.renewed(renewed, ahead);
    assertEquals(Duration.ofDays(9), plan.untilNext(renewed, last, ahead));
    assertEquals(0, last.failures());
  }

  @Test
  void retryAfter_isHonoured_upToADay() {
    Term term = term(START, Duration.ofDays(90));
    Instant now = START.plus(Duration.ofDays(61));
    RenewalRecord attempt = plan.attempting(term, null, now);
    assertEquals(
        Duration.ofHours(5),
        plan.untilNext(term, RenewalPlan.refused(attempt, Duration.ofHours(5)), now));
    assertEquals(
        Duration.ofDays(1),
        plan.untilNext(term, RenewalPlan.refused(attempt, Duration.ofDays(9_999)), now));
    assertEquals(attempt, RenewalPlan.refused(attempt, Duration.ofSeconds(1)));
    assertEquals(attempt, RenewalPlan.refused(attempt, null));
  }

  @Test
  void retries_growApart_andComeCloserTowardsTheEnd() {
    Term term = term(START, Duration.ofDays(90));
    Instant due = plan.due(term);
    RenewalRecord last = null;
    int attempts = 0;
    for (Instant now = due; now.isBefore(term.until()); now = last.next()) {
      last = plan.attempting(term, last, now);
      assertTrue(last.pause().compareTo(FIRST_RETRY) >= 0);
      assertTrue(last.pause().compareTo(Duration.ofHours(18)) <= 0);
      attempts++;
    }
    assertTrue(attempts > 40 && attempts < 150, attempts + " attempts in a third of 90 days");
  }

  @Test
  void otherCertificate_startsAnew() {
    Term old = term(START, Duration.ofDays(90));
    Term other = term(START.plus(Duration.ofDays(80)), Duration.ofDays(90));
    Instant now = START.plus(Duration.ofDays(80));
    RenewalRecord last = plan.attempting(old, null, now);
    assertNotEquals(old.fingerprint(), other.fingerprint());
    assertEquals(plan.due(other), now.plus(plan.untilNext(other, last, now)));
    assertEquals(1, plan.attempting(other, last, now).failures());
  }

  @Test
  void record_damaged_isNone() {
    RenewalRecord record = plan.attempting(term(START, Duration.ofDays(90)), null, START);
    assertEquals(record, RenewalRecord.decode(record.encode()));
    String text = record.encode();
    for (String damaged :
        List.of(
            "",
            text.substring(1),
            text + "\n",
            text.replace("failures 1", "failures 01"),
            text.replace("failures 1", "failures -1"),
            text.replace("next 2026", "next 2025"),
            text.replace("next ", "next tomorrow "),
            text.substring(0, text.length() / 2))) {
      assertThrows(IllegalArgumentException.class, () -> RenewalRecord.decode(damaged), damaged);
    }
  }

  @Test
  void policy_outsideItsRanges_isMisuse() {
    assertThrows(IllegalArgumentException.class, () -> POLICY.at(0.9));
    assertThrows(IllegalArgumentException.class, () -> POLICY.at(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> POLICY.jitter(0.2));
    assertThrows(IllegalArgumentException.class, () -> POLICY.retry(Duration.ZERO, FIRST_RETRY));
    assertThrows(
        IllegalArgumentException.class, () -> POLICY.retry(Duration.ofHours(1), FIRST_RETRY));
    assertThrows(IllegalArgumentException.class, () -> POLICY.patience(Duration.ofDays(8)));
  }

  private Term term(Instant from, Duration life) {
    byte[] fingerprint = new byte[32];
    random.nextBytes(fingerprint);
    return new Term(HexFormat.of().formatHex(fingerprint), from, from.plus(life));
  }
}
