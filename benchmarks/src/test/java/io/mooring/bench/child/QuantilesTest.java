package io.mooring.bench.child;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantilesTest {
  @ParameterizedTest
  @CsvSource({"0.5, 500", "0.9, 900", "0.99, 990", "0.999, 999", "1, 1000", "0, 1", "0.0001, 1"})
  void at_isTheNearestRank(double quantile, long expected) {
    assertEquals(expected, Quantiles.at(LongStream.rangeClosed(1, 1000).toArray(), quantile));
  }

  @Test
  void at_oneFigure_isEveryQuantile() {
    assertEquals(5, Quantiles.at(new long[] {5}, 0.5));
    assertEquals(5, Quantiles.at(new long[] {5}, 0.999));
  }

  @Test
  void add_sortsACopy_andNamesWhatTheReportAsksFor() {
    long[] nanos = {30, 10, 20};
    assertEquals(
        "OK p50=20 p90=30 p99=30 p99.9=30 max=30", Quantiles.add(new Reply(), nanos).toString());
    assertEquals(30, nanos[0]);
  }
}
