package io.mooring.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Which rows there are of those whose processes stay: all of them, or what the targets take. */
final class MessageRows {
  private static final int[] SIZES = {64, 1024, 16 * 1024};
  private static final int[] WINDOWS = {1, 10, 100, 1000};
  private static final int QOS0_WINDOW = 1000;
  private static final int TARGET_WINDOW = 100;
  private static final int SMALL = 64;
  private static final int MEDIUM = 1024;

  private MessageRows() {}

  static List<LatencyRow> connect(Options options) {
    return List.of(options.quick() ? LatencyRow.connect(50, 5) : LatencyRow.connect(100, 10));
  }

  /** Not quick: each connect takes most clients 50 ms. */
  static List<LatencyRow> connectWithNagle(Options options) {
    return options.quick() ? List.of() : List.of(LatencyRow.connectWithNagle(40, 10));
  }

  static List<LatencyRow> roundTrip(Options options) {
    return options.quick()
        ? List.of(LatencyRow.roundTrip(100, 150))
        : List.of(LatencyRow.roundTrip(100, 250), LatencyRow.awaitedRoundTrip(100, 250));
  }

  static List<MessageRow> publish(Options options) {
    List<MessageRow> rows = new ArrayList<>();
    for (int qos = 0; qos <= 2; qos++) {
      for (int size : SIZES) {
        for (int window : qos == 0 ? new int[] {QOS0_WINDOW} : WINDOWS) {
          boolean target =
              (size == SMALL || (size == MEDIUM && qos == 1))
                  && (qos == 0 || window == TARGET_WINDOW);
          if (target || !options.quick()) {
            rows.add(
                MessageRow.publish(
                    qos, size, window, warmNanos(options, target), runNanos(options, target)));
          }
        }
      }
    }
    return rows;
  }

  static List<MessageRow> receive(Options options) {
    List<MessageRow> rows = new ArrayList<>();
    for (int qos = 0; qos <= 2; qos++) {
      for (int size : SIZES) {
        boolean target = qos <= 1 && size <= MEDIUM;
        if (target || !options.quick()) {
          rows.add(
              MessageRow.receive(qos, size, warmNanos(options, target), runNanos(options, target)));
        }
      }
    }
    return rows;
  }

  /** The rows of the targets get the most of the time. */
  private static long warmNanos(Options options, boolean target) {
    return TimeUnit.MILLISECONDS.toNanos(options.quick() ? 600 : target ? 800 : 400);
  }

  private static long runNanos(Options options, boolean target) {
    return TimeUnit.MILLISECONDS.toNanos(options.quick() ? 300 : target ? 400 : 200);
  }
}
