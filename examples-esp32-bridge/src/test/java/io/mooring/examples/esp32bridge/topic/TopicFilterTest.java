package io.mooring.examples.esp32bridge.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
  @ParameterizedTest
  @CsvSource({
    "a,a,true",
    "a,b,false",
    "a,a/b,false",
    "a/+,a/b,true",
    "a/+,a,false",
    "a/+,a/b/c,false",
    "a/#,a,true",
    "a/#,a/b/c,true",
    "a/#,ab,false",
    "#,a/b,true",
    "+,a,true",
    "+,a/b,false",
    "+/b,a/b,true",
    "a/+/c,a/b/c,true",
    "a/+/c,a/b/d,false",
    "a/+/#,a/b,true"
  })
  void matches_asABrokerDoes(String filter, String topic, boolean matches) {
    assertEquals(matches, new TopicFilter(filter).matches(topic));
  }

  @ParameterizedTest
  @CsvSource({
    "a,a,true",
    "a,b,false",
    "a/+,a/b,true",
    "a/+,+/b,true",
    "a/+,b/+,false",
    "a/#,a,true",
    "a/#,a/b/c,true",
    "a/b/#,a/+,true",
    "a/b/c/#,a/+,false",
    "#,x/y,true",
    "+/x,a/#,true",
    "a/b,a/b/c,false"
  })
  void overlaps_bothWays(String one, String other, boolean overlaps) {
    assertEquals(overlaps, new TopicFilter(one).overlaps(new TopicFilter(other)));
    assertEquals(overlaps, new TopicFilter(other).overlaps(new TopicFilter(one)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b", "a/#/b", "a#", "a+/b", "$SYS/#", "$share/g/a"})
  void noFilter_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> new TopicFilter(text));
  }
}
