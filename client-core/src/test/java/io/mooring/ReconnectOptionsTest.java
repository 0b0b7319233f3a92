package io.mooring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ReconnectOptionsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void defaults_areThoseOfTheDefaultsPage() {
    Reconnect policy = Reconnect.DEFAULT;
    assertTrue(policy.isAutomatic());
    assertEquals(SECOND, policy.base());
    assertEquals(Duration.ofMinutes(2), policy.cap());
    assertEquals(Duration.ofSeconds(30), policy.stableAfter());
    assertEquals(Duration.ofMinutes(15), policy.failBackEvery());
    assertFalse(Reconnect.none().isAutomatic());
    assertNull(policy.withoutFailBack().failBackEvery());
  }

  @Test
  void outOfRange_isRefusedByNameAndRange() {
    Reconnect policy = Reconnect.DEFAULT;
    for (Executable wrong :
        List.<Executable>of(
            () -> policy.withBackOff(Duration.ofMillis(9), SECOND),
            () -> policy.withBackOff(SECOND, Duration.ofMillis(999)),
            () -> policy.withBackOff(SECOND, Duration.ofHours(25)),
            () -> policy.withStableAfter(Duration.ofMillis(99)),
            () -> policy.withStableAfter(Duration.ofHours(2)),
            () -> policy.withFailBack(Duration.ZERO),
            () -> policy.withFailBack(Duration.ofHours(25)))) {
      IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, wrong);
      assertTrue(refusal.getMessage().contains(" is PT"), refusal::getMessage);
    }
  }
}
