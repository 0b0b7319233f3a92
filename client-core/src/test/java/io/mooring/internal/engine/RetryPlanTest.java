package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Endpoint;
import io.mooring.ReasonCode;
import io.mooring.Reconnect;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.CertificatePathException;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.error.ListeningSocketException;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.error.PinMismatchException;
import io.mooring.error.ProxyException;
import io.mooring.error.ServerProofException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RetryPlanTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Endpoint A = Endpoint.parse("mqtts://a.example");
  private static final Endpoint B = Endpoint.parse("mqtts://b.example");
  private static final Endpoint C = Endpoint.parse("mqtts://c.example");
  private static final MooringException UNREACHABLE = new NetworkException("no route");
  private static final MooringException PINS =
      new PinMismatchException("none of 2", List.of(), List.of());

  /** Draws the highest number, so that a delay is its bound. */
  private static final RandomGenerator HIGHEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  private long now;

  private static RetryPlan plan(RandomGenerator random, boolean follow, Endpoint... brokers) {
    return new RetryPlan(
        new Dialling(List.of(brokers), Duration.ofSeconds(10), Reconnect.DEFAULT, follow, null),
        random);
  }

  private static RetryPlan plan(Endpoint... brokers) {
    return plan(HIGHEST, false, brokers);
  }

  private RetryPlan.Retry fail(RetryPlan plan, MooringException cause) {
    return assertNotNull(plan.failed(cause, now));
  }

  private static <T> T assertNotNull(T value) {
    org.junit.jupiter.api.Assertions.assertNotNull(value);
    return value;
  }

  private long delaySeconds(RetryPlan plan, MooringException cause) {
    return fail(plan, cause).delayNanos() / SECOND;
  }

  private static MooringException refusal(ReasonCode reason) {
    return new BrokerRefusalException("refused", reason, null);
  }

  private static MooringException disconnect(ReasonCode reason) {
    return new ConnectionLostException("ended", reason, null);
  }

  private static MooringException elsewhere(ReasonCode reason, String reference) {
    return new BrokerRefusalException("elsewhere", reason, reference);
  }

  // --- back-off ---------------------------------------------------------------------------------

  @Test
  void failures_boundDoublesFromBaseToCap() {
    RetryPlan plan = plan(A);
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      delays.add(delaySeconds(plan, UNREACHABLE));
    }
    assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 120L, 120L, 120L), delays);
    assertEquals(10, plan.failures());
  }

  @Test
  void connectionThatLasted_startsTheBackOffAnew() {
    RetryPlan plan = plan(A);
    fail(plan, UNREACHABLE);
    fail(plan, UNREACHABLE);
    plan.connected(now);
    now += 30 * SECOND;
    assertEquals(1, delaySeconds(plan, UNREACHABLE));
    assertEquals(1, plan.failures());
  }

  @Test
  void brokerThatAcceptsAndDrops_isNotHammered() {
    RetryPlan plan = plan(A);
    long last = 0;
    for (int i = 0; i < 10; i++) {
      plan.connected(now);
      now += 29 * SECOND;
      last = delaySeconds(plan, UNREACHABLE);
    }
    assertEquals(120, last);
  }

  @RepeatedTest(20)
  void delays_areAlwaysBetweenZeroAndTheBound_andSpreadEvenly(RepetitionInfo run) {
    RetryPlan plan = plan(new SplittableRandom(run.getCurrentRepetition()), false, A);
    long bound = SECOND;
    double share = 0;
    for (int i = 0; i < 1_000; i++) {
      long delay = fail(plan, UNREACHABLE).delayNanos();
      assertTrue(delay >= 0 && delay <= bound, () -> "delay " + delay);
      share += (double) delay / bound;
      bound = Math.min(120 * SECOND, bound * 2);
    }
    double mean = share / 1_000;
    assertTrue(mean > 0.45 && mean < 0.55, () -> "the mean share of the bound is " + mean);
  }

  /** A broker restarts under a thousand devices, is away for a minute, and comes back. */
  @Test
  void thousandDevices_brokerRestarts_attemptsAreSpread() {
    record Attempt(long at, RetryPlan device) {}
    PriorityQueue<Attempt> due = new PriorityQueue<>(Comparator.comparingLong(Attempt::at));
    for (int i = 0; i < 1_000; i++) {
      RetryPlan device = plan(new SplittableRandom(i), false, A);
      device.connected(0);
      now = 100 * SECOND;
      due.add(new Attempt(now + fail(device, UNREACHABLE).delayNanos(), device));
    }
    long lost = now;
    long back = lost + 60 * SECOND;
    int[] perTenth = new int[6_000];
    int attempts = 0;
    int served = 0;
    while (!due.isEmpty()) {
      Attempt next = due.remove();
      now = next.at();
      perTenth[(int) ((now - lost) / (SECOND / 10))]++;
      attempts++;
      if (now < back) {
        due.add(new Attempt(now + fail(next.device(), UNREACHABLE).delayNanos(), next.device()));
      } else {
        served++;
      }
    }
    int busiest = Arrays.stream(perTenth).max().orElseThrow();
    int busiestAfterReturn = Arrays.stream(perTenth, 600, 6_000).max().orElseThrow();
    String seen =
        "busiest tenth of a second "
            + busiest
            + ", after the return "
            + busiestAfterReturn
            + ", attempts "
            + attempts
            + ", all served after "
            + (now - back) / SECOND
            + " s";
    assertEquals(1_000, served);
    assertTrue(busiest <= 200, seen);
    assertTrue(busiestAfterReturn <= 30, seen);
    assertTrue(attempts <= 9_000, seen);
    assertTrue(now - back <= 130 * SECOND, seen);
  }

  // --- several brokers --------------------------------------------------------------------------

  @Test
  void failedAttempt_goesOnToTheNext_andTheBoundDoublesOnceARound() {
    RetryPlan plan = plan(A, B, C);
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      String at = plan.endpoint().host().substring(0, 1);
      steps.add(at + delaySeconds(plan, UNREACHABLE));
    }
    assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "c2", "a4"), steps);
  }

  @Test
  void lossOfALastingConnection_searchBeginsAtTheFirstAgain() {
    RetryPlan plan = plan(A, B, C);
    fail(plan, UNREACHABLE);
    plan.connected(now);
    assertEquals(B, plan.endpoint());
    assertEquals(A, plan.better());
    now += 60 * SECOND;
    fail(plan, UNREACHABLE);
    assertEquals(A, plan.endpoint());
    assertNull(plan.better());
  }

  @Test
  void firstBrokerAcceptsAndDrops_theSecondGetsItsTurn() {
    RetryPlan plan = plan(A, B);
    plan.connected(now);
    now += SECOND;
    fail(plan, UNREACHABLE);
    assertEquals(B, plan.endpoint());
  }

  @Test
  void brokerWithTheWrongPin_isSetAside_andTheClientStopsWithTheLast() {
    RetryPlan plan = plan(A, B);
    fail(plan, PINS);
    assertEquals(B, plan.endpoint());
    fail(plan, UNREACHABLE);
    assertEquals(B, plan.endpoint(), "A is not tried again");
    assertNull(plan.failed(PINS, now));

    plan.resume();
    assertEquals(A, plan.endpoint());
    assertEquals(0, plan.failures());
  }

  @RepeatedTest(50)
  void ring_anyHistory_neverTriesOneThatWasSetAside(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    Endpoint[] brokers =
        Stream.iterate(1, i -> i + 1)
            .limit(1 + random.nextInt(6))
            .map(i -> Endpoint.parse("mqtts://broker" + i + ".example"))
            .toArray(Endpoint[]::new);
    RetryPlan plan = plan(new SplittableRandom(run.getCurrentRepetition()), true, brokers);
    Set<Endpoint> aside = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      Endpoint at = plan.endpoint();
      assertTrue(!aside.contains(at), () -> at + " was set aside");
      MooringException cause = UNREACHABLE;
      int dice = random.nextInt(10);
      if (dice == 0) {
        cause = PINS;
      } else if (dice < 3) {
        cause = elsewhere(ReasonCode.USE_ANOTHER_SERVER, "other" + random.nextInt(4) + ".example");
      } else if (dice < 4) {
        cause = elsewhere(ReasonCode.SERVER_MOVED, "other" + random.nextInt(4) + ".example");
      } else if (dice < 7) {
        plan.connected(now);
        now += random.nextInt(60) * SECOND;
      }
      if (cause == PINS) {
        aside.add(at);
      }
      if (plan.failed(cause, now) == null) {
        plan.resume();
        aside.clear();
      }
    }
  }

  // --- what no retry cures ----------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(
      value = ReasonCode.class,
      names = {
        "BAD_USER_NAME_OR_PASSWORD",
        "BANNED",
        "BAD_AUTHENTICATION_METHOD",
        "UNSUPPORTED_PROTOCOL_VERSION",
        "CLIENT_IDENTIFIER_NOT_VALID",
        "SERVER_MOVED"
      })
  void refusal_thatNoRetryCures_stops(ReasonCode reason) {
    assertNull(plan(A).failed(refusal(reason), now));
  }

  @ParameterizedTest
  @EnumSource(
      value = ReasonCode.class,
      names = {
        "SERVER_UNAVAILABLE",
        "SERVER_BUSY",
        "QUOTA_EXCEEDED",
        "CONNECTION_RATE_EXCEEDED",
        "USE_ANOTHER_SERVER",
        "SERVER_SHUTTING_DOWN"
      })
  void refusal_thatPasses_isRetried(ReasonCode reason) {
    assertEquals(1, delaySeconds(plan(A), refusal(reason)));
  }

  static Stream<MooringException> final_() {
    return Stream.of(
        PINS,
        new ServerProofException("the signature is wrong"),
        new CertificatePathException(
            "unknown", CertificatePathException.Reason.UNKNOWN_AUTHORITY, null));
  }

  @ParameterizedTest
  @MethodSource("final_")
  void impostor_stopsAtOnce(MooringException cause) {
    assertNull(plan(A).failed(cause, now));
  }

  @Test
  void tokenOrCredentialOfThisDevice_stopsThoughOtherBrokersAreLeft() {
    assertNull(plan(A, B).failed(new KeystoreException("CKR_PIN_INCORRECT"), now));
    assertNull(plan(A, B).failed(new CredentialException("wrong salt"), now));
  }

  @Test
  void notAuthorized_isAskedOnceMore_slowly() {
    RetryPlan plan = plan(A);
    assertTrue(fail(plan, refusal(ReasonCode.NOT_AUTHORIZED)).delayNanos() >= 10 * SECOND);
    assertNull(plan.failed(refusal(ReasonCode.NOT_AUTHORIZED), now));
  }

  @Test
  void notAuthorized_thenALastingConnection_countsAnew() {
    RetryPlan plan = plan(A);
    fail(plan, refusal(ReasonCode.NOT_AUTHORIZED));
    plan.connected(now);
    now += 60 * SECOND;
    fail(plan, UNREACHABLE);
    fail(plan, refusal(ReasonCode.NOT_AUTHORIZED));
  }

  @Test
  void disconnectNotAuthorized_soonAfterEachConnect_stopsAtTheSecond() {
    RetryPlan plan = plan(A);
    plan.connected(now);
    fail(plan, disconnect(ReasonCode.NOT_AUTHORIZED));
    plan.connected(now);
    assertNull(plan.failed(disconnect(ReasonCode.NOT_AUTHORIZED), now));
  }

  @Test
  void clockNotSetOrCertificateExpired_isRetriedSlowly() {
    for (var reason :
        List.of(
            CertificatePathException.Reason.CLOCK_NOT_SET,
            CertificatePathException.Reason.EXPIRED)) {
      RetryPlan plan = plan(A);
      for (int i = 0; i < 20; i++) {
        long delay = fail(plan, new CertificatePathException("dates", reason, null)).delayNanos();
        assertTrue(delay >= 10 * SECOND && delay <= 130 * SECOND, () -> "delay " + delay);
      }
    }
  }

  @Test
  void processThatListens_isLookedAtAgainSlowly() {
    RetryPlan plan = plan(A);
    long delay = fail(plan, new ListeningSocketException("m", List.of())).delayNanos();
    assertTrue(delay >= 10 * SECOND && delay <= 130 * SECOND, () -> "delay " + delay);
  }

  @Test
  void twoDevicesWithOneIdentifier_theFightEnds() {
    RetryPlan[] devices = {
      plan(new SplittableRandom(1), false, A), plan(new SplittableRandom(2), false, A)
    };
    devices[0].connected(now);
    int holder = 0;
    int takeOvers = 0;
    while (true) {
      takeOvers++;
      devices[1 - holder].connected(now);
      RetryPlan.Retry comesBack =
          devices[holder].failed(disconnect(ReasonCode.SESSION_TAKEN_OVER), now);
      if (comesBack == null) {
        break;
      }
      now += comesBack.delayNanos();
      holder = 1 - holder;
    }
    assertTrue(takeOvers <= 2 * RetryPlan.TAKE_OVERS, "it ended after " + takeOvers);
  }

  @Test
  void takenOver_rarely_isForgiven() {
    RetryPlan plan = plan(A);
    for (int i = 0; i < 20; i++) {
      plan.connected(now);
      now += TimeUnit.HOURS.toNanos(1);
      assertTrue(fail(plan, disconnect(ReasonCode.SESSION_TAKEN_OVER)).delayNanos() >= 30 * SECOND);
    }
  }

  // --- Server Reference -------------------------------------------------------------------------

  @Test
  void reference_notFollowedByDefault() {
    RetryPlan plan = plan(A);
    fail(plan, elsewhere(ReasonCode.USE_ANOTHER_SERVER, "b.example"));
    assertEquals(A, plan.endpoint());
    assertNull(plan.failed(elsewhere(ReasonCode.SERVER_MOVED, "b.example"), now));
  }

  @Test
  void reference_followed_goesThereNext_thenBackToWhoReferred() {
    RetryPlan plan = plan(HIGHEST, true, A);
    RetryPlan.Retry retry = fail(plan, elsewhere(ReasonCode.USE_ANOTHER_SERVER, "b.example:1883"));
    assertEquals(RetryPlan.Next.REFERRED, retry.next());
    assertEquals(new Endpoint("b.example", 1883), plan.endpoint());
    assertNull(plan.better(), "the preferred broker sent us here");
    fail(plan, UNREACHABLE);
    assertEquals(A, plan.endpoint());
  }

  @Test
  void reference_serverMoved_takesItsPlace() {
    RetryPlan plan = plan(HIGHEST, true, A, C);
    fail(plan, elsewhere(ReasonCode.SERVER_MOVED, "b.example"));
    assertEquals(B, plan.endpoint());
    fail(plan, UNREACHABLE);
    assertEquals(C, plan.endpoint());
    fail(plan, UNREACHABLE);
    assertEquals(B, plan.endpoint());
  }

  @Test
  void references_inACircle_areSlowedDownAndNeverForgotten() {
    RetryPlan plan = plan(HIGHEST, true, A);
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      delays.add(
          fail(
                      plan,
                      elsewhere(
                          ReasonCode.USE_ANOTHER_SERVER, i % 2 == 0 ? "b.example" : "a.example"))
                  .delayNanos()
              / SECOND);
      assertEquals(i % 2 == 0 ? B : A, plan.endpoint());
    }
    assertEquals(List.of(1L, 1L, 1L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 120L, 120L), delays);
  }

  @Test
  void reference_toOneSetAside_isNotFollowed() {
    RetryPlan plan = plan(HIGHEST, true, A);
    fail(plan, elsewhere(ReasonCode.USE_ANOTHER_SERVER, "b.example"));
    fail(plan, PINS);
    assertEquals(A, plan.endpoint());
    fail(plan, elsewhere(ReasonCode.USE_ANOTHER_SERVER, "b.example"));
    assertEquals(A, plan.endpoint());
  }

  @Test
  void reference_everyForm_isParsed() {
    assertEquals(
        List.of(
            new Endpoint("myserver.xyz.org", 8883),
            new Endpoint("10.10.151.22", 8884),
            new Endpoint("fe80::9610:3eff:fe1c", 1883),
            new Endpoint("d.example", 1)),
        ServerReference.parse(
            "myserver.xyz.org 10.10.151.22:8884  [fe80::9610:3eff:fe1c]:1883 a/b user@c"
                + " [d.example]:1 fifth.example"));
    assertEquals(List.of(), ServerReference.parse(""));
    assertEquals(List.of(), ServerReference.parse("x".repeat(3_000)));
    assertEquals(List.of(), ServerReference.parse("a.example:99999 \u0000 ::: ]["));
  }

  @Test
  void proxyAndStaple_areWeighedByWhoCanMendThem() {
    assertEquals(
        Verdict.STOP,
        Verdict.of(new ProxyException(ErrorCode.PROXY_AUTHENTICATION, "m", 407, null)));
    assertEquals(
        Verdict.RETRY, Verdict.of(new ProxyException(ErrorCode.PROXY_REFUSED, "m", 403, null)));
    assertEquals(
        Verdict.SET_ASIDE,
        Verdict.of(
            new CertificatePathException("m", CertificatePathException.Reason.REVOKED, null)));
    assertEquals(
        Verdict.RETRY_SLOWLY,
        Verdict.of(
            new CertificatePathException(
                "m", CertificatePathException.Reason.NO_GOOD_STAPLE, null)));
  }
}
