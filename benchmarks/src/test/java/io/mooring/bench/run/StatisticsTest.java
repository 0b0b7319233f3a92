package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void oddNumber_medianIsTheMiddleOne_whateverTheOrder() {
    assertEquals(new Statistics(3, 1, 100, 5), Statistics.of(List.of(100.0, 1.0, 3.0, 2.0, 4.0)));
  }

  @Test
  void evenNumber_medianIsTheMeanOfTheTwoInTheMiddle() {
    assertEquals(new Statistics(2.5, 1, 4, 4), Statistics.of(List.of(4.0, 1.0, 3.0, 2.0)));
  }

  @Test
  void one_isMedianLeastAndGreatest() {
    assertEquals(new Statistics(7, 7, 7, 1), Statistics.of(List.of(7.0)));
  }

  @Test
  void none_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> Statistics.of(List.of()));
  }
}
