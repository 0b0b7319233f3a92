package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModerationTest {
  private static final long MICRO = 1_000;

  private final Moderation moderation = new Moderation();
  private long answers;

  private long after(int came, int inFlight) {
    answers += came;
    return moderation.after(answers, inFlight);
  }

  /**
   * What a broker answers in each turn of the loop, the last of many; the window is always full.
   */
  private int flood(int window, long nanosAnAnswer) {
    int came = 0;
    for (int turn = 0; turn < 200; turn++) {
      long hold = after(came, window);
      assertTrue(
          hold >= Moderation.SHORTEST_NANOS && hold <= Moderation.LONGEST_NANOS, "hold " + hold);
      came = (int) Math.min(window, (hold + 50 * MICRO) / nanosAnAnswer);
    }
    return came;
  }

  @Test
  void fewInFlight_noHold() {
    assertEquals(0, after(0, 0));
    assertEquals(0, after(0, Moderation.MANY - 1));
    assertEquals(Moderation.SHORTEST_NANOS, after(0, Moderation.MANY));
    assertEquals(0, after(5, Moderation.MANY - 1));
  }

  @ParameterizedTest
  @CsvSource({"100,2", "100,4", "100,5", "40,5", "40,13", "1000,1"})
  void brokerThatAnswersHalfOfItInTime_isLeftToAnswerHalfOfIt(int window, long micros) {
    int came = flood(window, micros * MICRO);
    assertTrue(
        came >= Math.min(window / 2, 300 / micros) && came <= window * 3 / 4, "answers " + came);
  }

  @Test
  void slowBroker_isGivenTheLongestTime() {
    flood(100, 20 * MICRO);
    assertEquals(Moderation.LONGEST_NANOS, after(15, 100));
  }

  @Test
  void brokerThatRanOutOfMessages_isAskedSooner_andAtOnce() {
    flood(100, 20 * MICRO);
    assertEquals(Moderation.LONGEST_NANOS / 2, after(100, 100));
    assertEquals(Moderation.LONGEST_NANOS / 4, after(76, 100));
    assertEquals(Moderation.SHORTEST_NANOS, after(100, 100));
  }

  /** A turn for the application's messages, say, tells nothing of the broker. */
  @Test
  void turnWithoutAnswers_changesNothing() {
    flood(100, 4 * MICRO);
    long hold = after(50, 100);
    assertEquals(hold, after(0, 100));
    assertEquals(hold, after(0, 150));
  }

  /** The end of a flood, and its beginning, say nothing of it. */
  @Test
  void answersToFew_changeNothing() {
    flood(100, 20 * MICRO);
    after(15, 10);
    assertEquals(0, after(10, 20));
    assertEquals(Moderation.LONGEST_NANOS, after(20, 100));
  }
}
