package io.mooring.bench.run;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param quick fewer sizes, windows and runs
 * @param rows names of rows, or how they begin; empty means all
 * @param clients in the order of the report
 * @param runs how often each client measures each row; 0 means the default
 * @param out where the report goes
 * @param jvm flags for every measured JVM of the warm rows, empty by default
 * @param image Mooring's image for this machine, null for none
 * @param armImage Mooring's image for arm64, compressed, null for none
 */
record Options(
    boolean quick,
    List<String> rows,
    List<String> clients,
    int runs,
    Path out,
    List<String> jvm,
    @Nullable Path image,
    @Nullable Path armImage) {
  static final List<String> CLIENTS =
      List.of("mooring", "hivemq", "paho-jsse", "paho-bc", "aws-crt", "raw");
  static final String USAGE =
      "usage: benchmarks/run [--quick] [--rows r1,r2] [--clients c1,c2] [--runs N] [--out DIR]"
          + " [--jvm FLAGS] [--image DIR] [--image-arm64 FILE] [--no-build]";

  private static final int RUNS = 5;
  private static final int QUICK_RUNS = 3;

  Options {
    rows = List.copyOf(rows);
    clients = List.copyOf(clients);
    jvm = List.copyOf(jvm);
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is not understood
   */
  static Options parse(Path defaultOut, String... arguments) {
    boolean quick = false;
    List<String> rows = List.of();
    List<String> clients = CLIENTS;
    int runs = 0;
    Path out = defaultOut;
    List<String> jvm = List.of();
    Path image = null;
    Path armImage = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--rows" -> rows = list(value(arguments, ++i));
        case "--clients" -> clients = clients(value(arguments, ++i));
        case "--runs" -> runs = positive(value(arguments, ++i));
        case "--out" -> out = Path.of(value(arguments, ++i));
        case "--jvm" -> jvm = Arrays.asList(value(arguments, ++i).trim().split(" +", -1));
        case "--image" -> image = Path.of(value(arguments, ++i)).toAbsolutePath();
        case "--image-arm64" -> armImage = Path.of(value(arguments, ++i)).toAbsolutePath();
        default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
      }
    }
    return new Options(quick, rows, clients, runs, out, jvm, image, armImage);
  }

  /** How often each client measures each row. */
  int effectiveRuns() {
    return runs > 0 ? runs : quick ? QUICK_RUNS : RUNS;
  }

  /** Whether a row was asked for. */
  boolean wants(String row) {
    return rows.isEmpty() || rows.stream().anyMatch(row::startsWith);
  }

  private static List<String> clients(String value) {
    List<String> asked = list(value);
    for (String each : asked) {
      if (!CLIENTS.contains(each)) {
        throw new IllegalArgumentException("no client " + each + "; there are " + CLIENTS);
      }
    }
    return CLIENTS.stream().filter(asked::contains).toList();
  }

  private static int positive(String value) {
    int number = Integer.parseInt(value);
    if (number < 1) {
      throw new IllegalArgumentException("--runs is at least 1; got " + value);
    }
    return number;
  }

  private static String value(String[] arguments, int index) {
    if (index >= arguments.length) {
      throw new IllegalArgumentException(arguments[index - 1] + " takes a value");
    }
    return arguments[index];
  }

  private static List<String> list(String value) {
    return Arrays.asList(value.split(",", -1));
  }
}
