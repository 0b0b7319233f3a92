package io.mooring.bench.run;

import java.io.IOException;
import java.util.List;

/**
 * Something that takes its time: connecting, or the way to PUBACK and back.
 *
 * @param name of the row
 * @param command of the worker, without the count
 * @param warmCount how many to warm up with
 * @param count how many in one run
 * @param unit {@code ms} or {@code us}
 * @param nanosPerUnit what it stands for
 * @param quantiles which ones are reported
 */
record LatencyRow(
    String name,
    String command,
    int warmCount,
    int count,
    String unit,
    double nanosPerUnit,
    List<String> quantiles)
    implements WarmRow {
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;
  private static final int SLOW_CONNECTS = 10;

  static LatencyRow roundTrip(int rate, int warmCount, int count) {
    return new LatencyRow(
        "roundtrip-" + rate,
        "roundtrip rate=" + rate,
        warmCount,
        count,
        "us",
        MICRO,
        List.of("p50", "p99", "p99.9"));
  }

  static LatencyRow connect(int warmCount, int count) {
    return new LatencyRow(
        "connect-cert", "connects", warmCount, count, "ms", MILLI, List.of("p50", "p90"));
  }

  @Override
  public int warmUp(Measured process, boolean cold) throws IOException {
    // Paho's connect sleeps 300 ms; ten of them tell as much as a hundred of the others.
    int divisor = command.equals("connects") && process.client().startsWith("paho") ? 10 : 1;
    process.ask(command + " count=" + Math.max(SLOW_CONNECTS, warmCount / divisor));
    return Math.max(SLOW_CONNECTS, count / divisor);
  }

  @Override
  public void measure(Measured process, int amount, Results results) throws IOException {
    Answer figures = process.ask(command + " count=" + amount);
    for (String quantile : quantiles) {
      results.add(name, process.client(), quantile, unit, figures.get(quantile) / nanosPerUnit);
    }
    results.add(name, process.client(), "cpu", unit, figures.get("cpu") / amount / nanosPerUnit);
  }
}
