package io.mooring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisconnectOptionsTest {
  private static final DisconnectOptions DEFAULT = DisconnectOptions.DEFAULT;

  @Test
  void default_isANormalDisconnectionThatLeavesTheSession() {
    assertEquals(ReasonCode.SUCCESS, DEFAULT.reason());
    assertNull(DEFAULT.sessionExpiry());
    assertNull(DEFAULT.reasonString());
    assertEquals(List.of(), DEFAULT.userProperties());
  }

  @Test
  void with_changesACopy() {
    DisconnectOptions all =
        DEFAULT
            .withReason(ReasonCode.ADMINISTRATIVE_ACTION)
            .withSessionExpiry(Duration.ofSeconds(5))
            .withReasonString("moved")
            .withUserProperty("a", "1")
            .withUserProperty("a", "2");
    assertEquals(ReasonCode.ADMINISTRATIVE_ACTION, all.reason());
    assertEquals(Duration.ofSeconds(5), all.sessionExpiry());
    assertEquals("moved", all.reasonString());
    assertEquals(
        List.of(new UserProperty("a", "1"), new UserProperty("a", "2")), all.userProperties());
    assertEquals(all, all.withReasonString("moved"));
    assertEquals(all.hashCode(), all.withReasonString("moved").hashCode());
    assertNotEquals(all, all.withSessionExpiry(Duration.ZERO));
    assertNotEquals(DEFAULT, DEFAULT.withUserProperty("a", "1"));
    assertNotEquals(DEFAULT, DEFAULT.withReason(ReasonCode.UNSPECIFIED_ERROR));
    default_isANormalDisconnectionThatLeavesTheSession();
  }

  @Test
  void sessionExpiry_isInWholeSecondsAndInRange() {
    DEFAULT.withSessionExpiry(Duration.ZERO);
    DEFAULT.withSessionExpiry(Duration.ofSeconds(4_294_967_295L));
    for (Duration wrong :
        List.of(
            Duration.ofSeconds(-1), Duration.ofMillis(1_500), Duration.ofSeconds(4_294_967_296L))) {
      assertThrows(IllegalArgumentException.class, () -> DEFAULT.withSessionExpiry(wrong));
    }
  }

  @Test
  void texts_areHeldToTheStandard() {
    for (String wrong : List.of("a\u0000", "\ud800", "x".repeat(65_536))) {
      assertThrows(IllegalArgumentException.class, () -> DEFAULT.withReasonString(wrong));
      assertThrows(IllegalArgumentException.class, () -> DEFAULT.withUserProperty(wrong, ""));
      assertThrows(IllegalArgumentException.class, () -> DEFAULT.withUserProperty("", wrong));
    }
  }

  @Test
  void reasonOfABroker_isRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> DEFAULT.withReason(ReasonCode.NOT_AUTHORIZED));
  }
}
