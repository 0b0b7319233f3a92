package io.mooring.internal.session;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Which broker holds the session that the client has, and which one an older one. */
class SessionAtBrokersTest {
  private final SessionState state = new SessionState(new MemoryPublishQueue());

  @Test
  void backAtABroker_afterANewSessionElsewhere_itsSessionIsStale() {
    state.isLiveAt("a", false);
    assertFalse(state.isStaleAt("a"));
    assertFalse(state.isStaleAt("b"));
    state.isLiveAt("b", false);
    assertTrue(state.isStaleAt("a"));
    assertFalse(state.isStaleAt("b"));
    state.isLiveAt("a", false);
    assertTrue(state.isStaleAt("b"));
  }

  @Test
  void brokersThatShareSessions_areNeverStale() {
    state.isLiveAt("a", false);
    state.isLiveAt("b", true);
    assertFalse(state.isStaleAt("a"));
  }

  @Test
  void sameBroker_thatLostTheSession_isNotStale() {
    state.isLiveAt("a", false);
    state.isLiveAt("a", false);
    assertFalse(state.isStaleAt("a"));
  }
}
