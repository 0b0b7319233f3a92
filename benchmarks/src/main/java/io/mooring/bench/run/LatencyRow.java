package io.mooring.bench.run;

import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    WarmUp warmUp,
    WarmUp slowWarmUp,
    String command,
    int count,
    int slowCount,
    String unit,
    double nanosPerUnit,
    List<String> quantiles)
    implements WarmRow {
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;

  /** Messages before the measured ones: at their rate alone a JVM would take minutes to warm up. */
  private static final String WARM_MESSAGES = "publish qos=1 size=64 window=10 count=20000";

  /** A tenfold pace, on the same way: each message wakes whoever it passes. */
  private static final String SETTLING_PACE = " rate=1000 count=500";

  /** Thirty at once; a JVM takes so many until most of its handshake is compiled. */
  private static final WarmUp WARM_CONNECTS =
      new WarmUp("crowd count=2000 parallel=30", "connects count=100");

  /** Where each takes most clients 50 ms, and {@code raw} makes one after the other. */
  private static final WarmUp WARM_LATE_CONNECTS =
      new WarmUp("crowd count=600 parallel=30", "connects count=40");

  /** For a client that sleeps 300 ms in each, which no compiler shortens. */
  private static final WarmUp SLOW_WARM_CONNECTS = new WarmUp("crowd count=300 parallel=30", null);

  static LatencyRow roundTrip(int rate, int count) {
    return roundTrip("roundtrip", rate, count);
  }

  static LatencyRow awaitedRoundTrip(int rate, int count) {
    return roundTrip("roundtrip-wait", rate, count);
  }

  private static LatencyRow roundTrip(String kind, int rate, int count) {
    String command = kind + " rate=" + rate;
    WarmUp warmUp = new WarmUp(WARM_MESSAGES, kind + SETTLING_PACE);
    return new LatencyRow(
        kind + "-" + rate,
        warmUp,
        warmUp,
        command,
        count,
        count,
        "us",
        MICRO,
        List.of("p50", "p99", "p99.9"));
  }

  /** To a broker without Nagle's algorithm. */
  static LatencyRow connect(int count, int slowCount) {
    return connect("connect-cert", WARM_CONNECTS, count, slowCount);
  }

  /** To a broker that leaves the system its default, Nagle's algorithm. */
  static LatencyRow connectWithNagle(int count, int slowCount) {
    return connect("connect-nagle", WARM_LATE_CONNECTS, count, slowCount);
  }

  private static LatencyRow connect(String name, WarmUp warmUp, int count, int slowCount) {
    return new LatencyRow(
        name,
        warmUp,
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
    (slow ? slowWarmUp : warmUp).run(process, time);
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

  /**
   * What brings a process to speed.
   *
   * @param first much at once
   * @param settling what is repeated then until the JVM's compilers have come to rest: while they
   *     work, a latency says when they take the processor, and not much of a client
   */
  private record WarmUp(String first, @Nullable String settling) {
    private static final int REPEATS = 20;

    /** The share of the time for which a compiler works. */
    private static final double AT_REST = 0.02;

    void run(Measured process, RowTime time) throws IOException {
      process.ask(first, time);
      if (settling == null) {
        return;
      }
      for (int i = 0; i < REPEATS && !time.isOver(); i++) {
        Answer figures = process.ask(settling, time);
        if (figures.get("compiling") < AT_REST * figures.get("wall")) {
          return;
        }
      }
    }
  }
}
