package io.mooring.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptWindowTest {
  private static final long MILLI = 1_000_000;

  private final AttemptWindow window = AttemptWindow.whileNobodyWaits();
  private final AttemptWindow narrow = AttemptWindow.besideTraffic();

  /**
   * A broker that serves one after the other, at the far end of a path, and a crowd that always
   * fills the window: when each of {@code attempts} arrives follows from that alone.
   */
  private void crowd(int attempts, long pathNanos, long serviceNanos) {
    crowd(window, attempts, pathNanos, serviceNanos);
  }

  /** Returns how many were under way on the average. */
  private static double crowd(
      AttemptWindow window, int attempts, long pathNanos, long serviceNanos) {
    long sum = 0;
    Deque<Long> begun = new ArrayDeque<>();
    long now = 0;
    long brokerFree = 0;
    Deque<Long> arrivals = new ArrayDeque<>();
    for (int i = 0; i < attempts; i++) {
      while (begun.size() < window.size()) {
        begun.add(now);
        brokerFree = Math.max(brokerFree, now + pathNanos / 2) + serviceNanos;
        arrivals.add(brokerFree + pathNanos / 2);
      }
      now = arrivals.remove();
      int underWay = begun.size();
      sum += underWay;
      window.arrived(now - begun.remove(), underWay);
    }
    return (double) sum / attempts;
  }

  @Test
  void brokerCloseBy_keepsToAFew() {
    crowd(1_000, 0, MILLI);
    assertTrue(window.size() <= AttemptWindow.LEAST + 2, "size " + window.size());
  }

  @ParameterizedTest
  @CsvSource({"20,2", "40,2", "60,3", "80,5"})
  void brokerOnAPath_asManyAsThePathHoldsAndAFewThatWait(long pathMillis, long serviceMillis) {
    crowd(2_000, pathMillis * MILLI, serviceMillis * MILLI);
    long held = (pathMillis + serviceMillis) / serviceMillis;
    assertTrue(window.size() >= held, window.size() + " of " + held);
    assertTrue(window.size() <= held + 5, window.size() + " of " + held);
  }

  @Test
  void brokerFarAway_theMostAfterFourRounds() {
    int attempts = 4 + 8 + 16 + 32;
    crowd(attempts, 400 * MILLI, 1);
    assertEquals(AttemptWindow.MOST, window.size());
  }

  @Test
  void fewerUnderWayThanAllowed_proveNothing() {
    for (int i = 0; i < 100; i++) {
      window.arrived(MILLI, AttemptWindow.LEAST - 1);
    }
    assertEquals(AttemptWindow.LEAST, window.size());
  }

  @Test
  void brokerBecomesBusy_theWindowCloses() {
    crowd(200, 400 * MILLI, 1);
    for (int i = 0; i < 5_000; i++) {
      window.arrived(800 * MILLI, window.size());
    }
    // Half of those under way wait, and four may.
    assertEquals(8, window.size());
  }

  @Test
  void besideTraffic_brokerCloseBy_hardlyEverMoreThanOne() {
    double underWay = crowd(narrow, 1_000, 0, MILLI);
    assertTrue(underWay < 1.3, underWay + " under way");
    assertTrue(narrow.size() <= 2, "size " + narrow.size());
  }

  @Test
  void besideTraffic_brokerFarAway_asManyAsOtherwise() {
    crowd(narrow, 1 + 2 + 4 + 8 + 16 + 32, 400 * MILLI, 1);
    assertEquals(AttemptWindow.MOST, narrow.size());
  }

  @ParameterizedTest
  @CsvSource({"20,2", "40,2", "60,3", "80,5"})
  void besideTraffic_brokerOnAPath_noMoreThanThePathHolds(long pathMillis, long serviceMillis) {
    crowd(narrow, 2_000, pathMillis * MILLI, serviceMillis * MILLI);
    long held = (pathMillis + serviceMillis) / serviceMillis;
    assertTrue(narrow.size() <= held + 2, narrow.size() + " of " + held);
    assertTrue(narrow.size() >= held / 2, narrow.size() + " of " + held);
  }

  @RepeatedTest(20)
  void anyHistory_staysWithinItsBounds(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    for (int i = 0; i < 10_000; i++) {
      long before = window.size();
      window.arrived(random.nextLong(1L << random.nextInt(1, 63)), random.nextInt(100));
      assertTrue(window.size() >= AttemptWindow.LEAST && window.size() <= AttemptWindow.MOST);
      assertTrue(Math.abs(window.size() - before) <= 1);
    }
  }
}
