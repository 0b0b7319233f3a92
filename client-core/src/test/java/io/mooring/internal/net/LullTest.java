package io.mooring.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LullTest {
  private static final long MICRO = 1_000;

  private long now = 5_000_000_000L;
  private final Lull lull = new Lull(now);

  /** A turn that ends so long after the one before. */
  private void turn(long afterNanos) {
    now += afterNanos;
    lull.turned(now);
  }

  @Test
  void nobodyAsks_noHold() {
    turn(10 * MICRO);
    assertFalse(lull.isAsked());
    assertEquals(0, lull.take());
  }

  @Test
  void asked_andTurnsFollowEachOtherClosely_holdsOnce() {
    turn(10 * MICRO);
    lull.ask(50 * MICRO);
    assertTrue(lull.isAsked());
    assertEquals(50 * MICRO, lull.take());
    assertFalse(lull.isAsked());
    assertEquals(0, lull.take());
  }

  @Test
  void severalAsk_theLeastHolds() {
    turn(10 * MICRO);
    lull.ask(200 * MICRO);
    lull.ask(50 * MICRO);
    lull.ask(250 * MICRO);
    assertEquals(50 * MICRO, lull.take());
  }

  @Test
  void beforeTheFirstTurnEnds_andWhereTurnsAreFarApart_noHold() {
    lull.ask(50 * MICRO);
    assertEquals(0, lull.take());
    turn(500 * MICRO);
    lull.ask(50 * MICRO);
    assertEquals(0, lull.take());
  }

  @Test
  void somethingIsToBeDoneAtOnce_noHold_butTheNextTurn() {
    turn(10 * MICRO);
    lull.ask(50 * MICRO);
    lull.goOnAtOnce();
    assertEquals(0, lull.take());
    turn(10 * MICRO);
    lull.ask(50 * MICRO);
    assertEquals(50 * MICRO, lull.take());
  }

  /** Otherwise a long hold would forbid the next one. */
  @Test
  void timeHeld_doesNotPassForALoopWithLittleToDo() {
    turn(10 * MICRO);
    for (int i = 0; i < 3; i++) {
      lull.ask(400 * MICRO);
      assertEquals(400 * MICRO, lull.take());
      turn(600 * MICRO);
    }
    lull.ask(400 * MICRO);
    assertEquals(400 * MICRO, lull.take());
    turn(900 * MICRO);
    lull.ask(400 * MICRO);
    assertEquals(0, lull.take());
  }
}
