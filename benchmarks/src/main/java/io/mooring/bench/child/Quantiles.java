package io.mooring.bench.child;

import java.util.Arrays;

/** What of a distribution goes into the report. */
final class Quantiles {
  private Quantiles() {}

  /** Adds p50, p90, p99, p99.9 and the largest. */
  static Reply add(Reply reply, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return reply
        .add("p50", at(sorted, 0.5))
        .add("p90", at(sorted, 0.9))
        .add("p99", at(sorted, 0.99))
        .add("p99.9", at(sorted, 0.999))
        .add("max", sorted[sorted.length - 1]);
  }

  /** Nearest rank. */
  static long at(long[] sorted, double quantile) {
    int rank = (int) Math.ceil(quantile * sorted.length);
    return sorted[Math.max(rank, 1) - 1];
  }
}
