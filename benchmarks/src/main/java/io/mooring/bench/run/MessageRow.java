package io.mooring.bench.run;

import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.IOException;

/**
 * Publishing or receiving as fast as it goes: messages a second, CPU and allocation a message.
 *
 * @param name of the row
 * @param command of the worker, without the count
 * @param receiving whether lost messages are counted
 * @param qos 0, 1 or 2
 * @param most how many messages one run may have
 * @param warmNanos how long to warm up
 * @param runNanos how long one run is to take
 */
record MessageRow(
    String name,
    String command,
    boolean receiving,
    int qos,
    int most,
    long warmNanos,
    long runNanos)
    implements WarmRow {
  private static final int FIRST = 500;

  /** The first row of a process compiles what the later ones use. */
  private static final int COLD_TIMES = 4;

  private static final int MOST = 8_000_000;

  /** What the feeder keeps ready, in bytes of payload and of what is around it. */
  private static final long MOST_PREPARED = 500L << 20;

  private static final int AROUND = 40;
  private static final double MICRO = 1e3;
  private static final double SECOND = 1e9;

  static MessageRow publish(int qos, int size, int window, long warmNanos, long runNanos) {
    String end = qos == 0 ? "" : "-w" + window;
    return new MessageRow(
        "publish-q" + qos + "-" + size + end,
        "publish qos=" + qos + " size=" + size + " window=" + window,
        false,
        qos,
        MOST,
        warmNanos,
        runNanos);
  }

  static MessageRow receive(int qos, int size, long warmNanos, long runNanos) {
    return new MessageRow(
        "receive-q" + qos + "-" + size,
        "receive qos=" + qos + " size=" + size,
        true,
        qos,
        (int) Math.min(MOST, MOST_PREPARED / (size + AROUND)),
        warmNanos,
        runNanos);
  }

  @Override
  public boolean suits(String client) {
    return qos < 2 || !client.equals("aws-crt");
  }

  @Override
  public int warmUp(Measured process, boolean cold, RowTime time) throws IOException {
    long until = cold ? COLD_TIMES * warmNanos : warmNanos;
    int count = FIRST;
    long spent = 0;
    double rate = 0;
    while (spent < until) {
      double wall = ask(process, count, time).get("wall");
      spent += (long) wall;
      rate = count / wall;
      count = amount(rate, Math.min(runNanos, warmNanos / 2));
    }
    return amount(rate, runNanos);
  }

  private int amount(double perNano, long nanos) {
    return (int) Math.max(FIRST, Math.min(most, perNano * nanos));
  }

  private Answer ask(Measured process, int count, RowTime time) throws IOException {
    return process.ask(command + " count=" + count, time);
  }

  @Override
  public void measure(Measured process, int amount, RowTime time, Results results)
      throws IOException {
    Answer figures = ask(process, amount, time);
    String client = process.client();
    results.add(name, client, "rate", "msg/s", amount / figures.get("wall") * SECOND);
    results.add(name, client, "cpu", "us/msg", figures.get("cpu") / amount / MICRO);
    results.add(name, client, "alloc", "B/msg", figures.get("alloc") / amount);
    if (receiving) {
      results.add(name, client, "lost", "%", figures.get("lost") * 100 / amount);
    }
  }
}
