package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LogSpacingTest {
  @Test
  void first_isSaidAtOnce_thenOnceInAWhileWithTheNumberSince() {
    LogSpacing spacing = new LogSpacing();
    long start = Long.MAX_VALUE - 1;
    assertEquals(1, spacing.occurred(start));
    assertEquals(0, spacing.occurred(start + 1));
    assertEquals(0, spacing.occurred(start + LogSpacing.NANOS - 1));
    assertEquals(3, spacing.occurred(start + LogSpacing.NANOS));
    assertEquals(0, spacing.occurred(start + LogSpacing.NANOS + 1));
  }
}
