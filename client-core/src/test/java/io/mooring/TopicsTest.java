package io.mooring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.internal.topic.TopicMatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topic Names and Topic Filters (MQTT 5, section 4.7), with the standard's own examples. */
class TopicsTest {
  @ParameterizedTest
  @CsvSource({
    "sport/tennis/player1/#, sport/tennis/player1, true",
    "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
    "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
    "sport/tennis/player1/#, sport/tennis/player10, false",
    "sport/#, sport, true",
    "#, sport, true",
    "#, $SYS/uptime, false",
    "+/uptime, $SYS/uptime, false",
    "$SYS/#, $SYS/uptime, true",
    "sport/tennis/+, sport/tennis/player1, true",
    "sport/tennis/+, sport/tennis/player1/ranking, false",
    "sport/+, sport, false",
    "sport/+, sport/, true",
    "+/+, /finance, true",
    "/+, /finance, true",
    "+, /finance, false",
    "a/+/c, a/b/c, true",
    "a/+/c, a/b/d, false",
    "a/b, a/b/c, false",
    "a/b/c, a/b, false",
    "a/, a, false",
    "$share/group/a/+, a/b, true"
  })
  void filter_matchesByTheStandard(String filter, String name, boolean matches) {
    assertEquals(matches, TopicMatch.matches(Topics.requireFilter(filter), name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a#",
        "a/#/b",
        "#/a",
        "a+",
        "a/+b",
        "$share/group",
        "$share//a",
        "$share/g+/a",
        "$share/group/",
        "a\u0000b",
        "a\u0001b",
        "a\uD800b"
      })
  void filter_malformed_isRefused(String filter) {
    assertThrows(IllegalArgumentException.class, () -> Topics.requireFilter(filter));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/+", "a/#", "a\u0000b", "a\uDC00b"})
  void name_malformed_isRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> Message.of(name, "x"));
  }
}
