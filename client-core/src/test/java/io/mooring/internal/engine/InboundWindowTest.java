package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InboundWindowTest {
  @Test
  void messagesToKeep_stopTheReadingWhenFull_andLetItGoOnWhenHalfEmpty() {
    InboundWindow window = new InboundWindow(4, 1_000);
    assertFalse(window.add(1, false));
    assertFalse(window.add(1, false));
    assertFalse(window.add(1, false));
    assertTrue(window.add(1, false));
    assertFalse(window.add(1, false), "it is down already");
    assertFalse(window.remove(1, false));
    assertFalse(window.remove(1, false));
    assertTrue(window.isDown());
    assertTrue(window.remove(1, false));
    assertFalse(window.isDown());
  }

  @Test
  void bytes_countAsMessagesDo() {
    InboundWindow window = new InboundWindow(100, 1_000);
    assertTrue(window.add(1_500, false));
    assertEquals(0, window.freeBytes());
    assertTrue(window.remove(1_500, false));
    assertEquals(1_000, window.freeBytes());
  }

  @Test
  void messagesThatMayBeDropped_neverStopTheReading() {
    InboundWindow window = new InboundWindow(4, 1_000);
    for (int i = 0; i < 10; i++) {
      assertFalse(window.add(1, true));
    }
    assertFalse(window.isDown());
    assertEquals(0, window.freeMessages());
  }

  @Test
  void handlerThatHangsWithMessagesThatMayBeDropped_doesNotKeepTheReadingStopped() {
    InboundWindow window = new InboundWindow(4, 1_000);
    for (int i = 0; i < 4; i++) {
      window.add(1, true);
    }
    assertTrue(window.add(1, false));
    assertTrue(window.remove(1, false), "nothing that must be kept is left");
  }

  @Test
  void randomUse_isNeverDownWithNothingToKeep_andNeverUpWhenOverfull() {
    for (long seed = 1; seed <= 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      InboundWindow window = new InboundWindow(1 + random.nextInt(20), 1 + random.nextInt(200));
      Deque<Long> kept = new ArrayDeque<>();
      Deque<Long> droppable = new ArrayDeque<>();
      for (int step = 0; step < 300; step++) {
        boolean drops = random.nextBoolean();
        Deque<Long> mine = drops ? droppable : kept;
        boolean before = window.isDown();
        boolean turned;
        boolean adding = mine.isEmpty() || random.nextBoolean();
        if (adding) {
          long bytes = random.nextInt(40);
          mine.add(bytes);
          turned = window.add(bytes, drops);
        } else {
          turned = window.remove(mine.remove(), drops);
        }
        String at = "seed " + seed + ", step " + step;
        assertEquals(before != window.isDown(), turned, at);
        assertFalse(window.isDown() && kept.isEmpty(), at);
        boolean full = window.freeMessages() == 0 || window.freeBytes() == 0;
        assertTrue(window.isDown() || !adding || drops || !full, at);
      }
    }
  }
}
