package io.mooring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SubscribeOptionsTest {
  private static final SubscribeOptions DEFAULT = SubscribeOptions.DEFAULT;

  private static final List<UnaryOperator<SubscribeOptions>> CHANGES =
      List.of(
          options -> options.withQos(Qos.EXACTLY_ONCE),
          options -> options.withNoLocal(true),
          options -> options.withRetainAsPublished(true),
          options -> options.withRetainHandling(SubscribeOptions.RetainHandling.DO_NOT_SEND),
          options -> options.withManualAcknowledgement(true),
          options -> options.withOverflow(SubscribeOptions.Overflow.LATEST_ONLY),
          options -> options.withQueue(10, 2048),
          options -> options.withRateLimit(RateLimit.perSecond(5)),
          options -> options.withUserProperty("site", "7"));

  @Test
  void with_changesThatOptionOfACopy_andEachIsPartOfEquality() {
    SubscribeOptions all = DEFAULT;
    for (UnaryOperator<SubscribeOptions> change : CHANGES) {
      SubscribeOptions one = change.apply(DEFAULT);
      assertNotEquals(DEFAULT, one);
      assertEquals(one, change.apply(DEFAULT));
      assertEquals(one.hashCode(), change.apply(DEFAULT).hashCode());
      all = change.apply(all);
    }
    SubscribeOptions inReverse = DEFAULT;
    for (int i = CHANGES.size() - 1; i >= 0; i--) {
      inReverse = CHANGES.get(i).apply(inReverse);
    }
    assertEquals(all, inReverse, "what was set before is kept");
    assertEquals(
        "SubscribeOptions[EXACTLY_ONCE, noLocal=true, retainAsPublished=true, DO_NOT_SEND,"
            + " manualAcknowledgement=true, LATEST_ONLY, queue 10 messages, 2048 bytes, "
            + RateLimit.perSecond(5)
            + ", 1 user properties]",
        all.toString());
  }

  @Test
  void userProperties_areInOrder_aNameMayComeTwice_andTheirTextIsNotShown() {
    SubscribeOptions options = DEFAULT.withUserProperty("a", "one").withUserProperty("a", "two");
    assertEquals(
        List.of(new UserProperty("a", "one"), new UserProperty("a", "two")),
        options.userProperties());
    assertThrows(
        UnsupportedOperationException.class,
        () -> options.userProperties().add(new UserProperty("b", "3")));
    assertFalse(options.toString().contains("one"), options::toString);
  }

  @Test
  void userProperty_thatIsNoUtf8EncodedString_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> DEFAULT.withUserProperty("a", "\u0000"));
  }
}
