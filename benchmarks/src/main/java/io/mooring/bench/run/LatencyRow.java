package io.mooring.bench.run;

import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.IOException;
import java.util.List;

/**
 * Something that takes its time: connecting, or the way to PUBACK and back.
 *
 * @param name of the row
 * @param warmUp commands that bring the process to speed
 * @param slowWarmUp the same for a client whose connect sleeps
 * @param command of the worker, without the count
 * @param count how many in one run
 * @param slowCount how many with a client whose connect sleeps
 * @param unit {@code ms} or {@code us}
 * @param nanosPerUnit what it stands for
 * @param quantiles which ones are reported
 */
record LatencyRow(
    String name,
    List<String> warmUp,
    List<String> slowWarmUp,
    String command,
    int count,
    int slowCount,
    String unit,
    double nanosPerUnit,
    List<String> quantiles)
    implements WarmRow {
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;

  /** Messages before the measured ones: at this rate alone a JVM would take minutes to warm up. */
  private static final String WARM_MESSAGES = "publish qos=1 size=64 window=10 count=20000";

  /** Thirty at once; a JVM takes so many until its handshake is compiled. */
  private static final List<String> WARM_CONNECTS =
      List.of("crowd count=2000 parallel=30", "connects count=10");

  /** For a client that sleeps 300 ms in each, which no compiler shortens. */
  private static final List<String> SLOW_WARM_CONNECTS =
      List.of("crowd count=300 parallel=30", "connects count=5");

  static LatencyRow roundTrip(int rate, int count) {
    return roundTrip("roundtrip", rate, count);
  }

  static LatencyRow awaitedRoundTrip(int rate, int count) {
    return roundTrip("roundtrip-wait", rate, count);
  }

  private static LatencyRow roundTrip(String kind, int rate, int count) {
    String command = kind + " rate=" + rate;
    return new LatencyRow(
        kind + "-" + rate,
        List.of(WARM_MESSAGES, command + " count=" + rate),
        List.of(WARM_MESSAGES, command + " count=" + rate),
        command,
        count,
        count,
        "us",
        MICRO,
        List.of("p50", "p99", "p99.9"));
  }

  static LatencyRow connect(int count, int slowCount) {
    return new LatencyRow(
        "connect-cert",
        WARM_CONNECTS,
        SLOW_WARM_CONNECTS,
        "connects",
        count,
        slowCount,
        "ms",
        MILLI,
        List.of("p50", "p90"));
  }

  @Override
  public int warmUp(Measured process, boolean cold, RowTime time) throws IOException {
    boolean slow = process.client().startsWith("paho");
    for (String each : slow ? slowWarmUp : warmUp) {
      process.ask(each, time);
    }
    return slow ? slowCount : count;
  }

  @Override
  public void measure(Measured process, int amount, RowTime time, Results results)
      throws IOException {
    Answer figures = process.ask(command + " count=" + amount, time);
    for (String quantile : quantiles) {
      results.add(name, process.client(), quantile, unit, figures.get(quantile) / nanosPerUnit);
    }
    results.add(name, process.client(), "cpu", unit, figures.get("cpu") / amount / nanosPerUnit);
  }
}
