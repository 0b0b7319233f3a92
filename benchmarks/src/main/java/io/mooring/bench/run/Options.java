package io.mooring.bench.run;

import java.nio.file.Files;
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

  /** Those that the targets are about, and Paho once. */
  private static final List<String> QUICK_CLIENTS =
      List.of("mooring", "hivemq", "paho-jsse", "aws-crt");

  /** How the names of rows begin. */
  static final List<String> FAMILIES =
      List.of(
          "jars",
          "image-arm64",
          "cold",
          "idle",
          "xmx",
          "connect-cert",
          "connect-nagle",
          "connect-scram",
          "roundtrip",
          "publish",
          "receive",
          "outbox",
          "connections",
          "storm");

  static final String USAGE =
      "usage: benchmarks/run [--quick] [--rows r1,r2] [--clients c1,c2] [--runs N] [--out DIR]"
          + " [--jvm FLAGS] [--image build|none|DIR] [--image-arm64 build|none|FILE] [--no-build]";

  private static final int RUNS = 5;
  private static final int QUICK_RUNS = 3;
  private static final int MOST_RUNS = 100;
  private static final String NONE = "none";

  Options {
    rows = List.copyOf(rows);
    clients = List.copyOf(clients);
    jvm = List.copyOf(jvm);
  }

  /**
   * Reads the command line, after {@code benchmarks/run} has built what it is told to.
   *
   * @throws UsageException if it is not understood
   */
  static Options parse(Path defaultOut, String... arguments) throws UsageException {
    boolean quick = false;
    List<String> rows = List.of();
    List<String> clients = List.of();
    int runs = 0;
    Path out = defaultOut;
    List<String> jvm = List.of();
    Path image = null;
    Path armImage = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--rows" -> rows = rows(value(arguments, ++i));
        case "--clients" -> clients = clients(value(arguments, ++i));
        case "--runs" -> runs = runs(value(arguments, ++i));
        case "--out" -> out = Path.of(value(arguments, ++i));
        case "--jvm" -> jvm = Arrays.asList(value(arguments, ++i).trim().split(" +", -1));
        case "--image" -> image = image("--image", value(arguments, ++i), "bin/java");
        case "--image-arm64" -> armImage = image("--image-arm64", value(arguments, ++i), "");
        default -> throw new UsageException("unknown option " + arguments[i]);
      }
    }
    if (clients.isEmpty()) {
      clients = quick ? QUICK_CLIENTS : CLIENTS;
    }
    return new Options(quick, rows, clients, runs, out, jvm, image, armImage);
  }

  /** How often each client measures each row. */
  int effectiveRuns() {
    return runs > 0 ? runs : quick ? QUICK_RUNS : RUNS;
  }

  /** Whether a row was asked for, or one of those whose names begin so. */
  boolean wants(String row) {
    return rows.isEmpty()
        || rows.stream().anyMatch(asked -> row.startsWith(asked))
        || (FAMILIES.contains(row) && rows.stream().anyMatch(asked -> asked.startsWith(row)));
  }

  private static List<String> rows(String value) throws UsageException {
    List<String> asked = list(value);
    for (String each : asked) {
      if (FAMILIES.stream().noneMatch(name -> each.startsWith(name) || name.startsWith(each))) {
        throw new UsageException("no row begins with '" + each + "'; there are " + FAMILIES);
      }
    }
    return asked;
  }

  private static List<String> clients(String value) throws UsageException {
    List<String> asked = list(value);
    for (String each : asked) {
      if (!CLIENTS.contains(each)) {
        throw new UsageException("no client is called '" + each + "'; there are " + CLIENTS);
      }
    }
    return CLIENTS.stream().filter(asked::contains).toList();
  }

  private static int runs(String value) throws UsageException {
    if (!value.matches("[0-9]{1,3}")
        || Integer.parseInt(value) < 1
        || Integer.parseInt(value) > MOST_RUNS) {
      throw new UsageException("--runs takes 1 to " + MOST_RUNS + "; got '" + value + "'");
    }
    return Integer.parseInt(value);
  }

  private static @Nullable Path image(String option, String value, String within)
      throws UsageException {
    if (value.equals(NONE)) {
      return null;
    }
    Path path = Path.of(value).toAbsolutePath();
    if (!Files.exists(path.resolve(within))) {
      throw new UsageException(option + ": there is no " + path.resolve(within));
    }
    return path;
  }

  private static String value(String[] arguments, int index) throws UsageException {
    if (index >= arguments.length || arguments[index].isBlank()) {
      throw new UsageException(arguments[index - 1] + " takes a value");
    }
    return arguments[index];
  }

  private static List<String> list(String value) {
    return Arrays.asList(value.split(",", -1));
  }
}
