package io.mooring.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How figures grow with the size of a message and with the number of connections. */
final class Growth {
  private static final int SMALL = 64;
  private static final int LARGE = 16 * 1024;
  private static final double NANO = 1e3;
  private static final int FEW = 100;
  private static final int MANY = 1000;
  private static final double MILLI = 1e3;

  private final Figures figures;
  private final List<String> clients;
  private final StringBuilder text = new StringBuilder();

  private Growth(Figures figures) {
    this.figures = figures;
    this.clients = figures.clients();
  }

  /** Markdown; empty if nothing of it was measured. */
  static String of(Figures figures) {
    Growth growth = new Growth(figures);
    growth.withSize();
    growth.withConnections();
    return growth.text.toString();
  }

  private void withSize() {
    List<String> cpu = perByte("cpu", NANO);
    List<String> allocated = perByte("alloc", 1);
    table(
        "## Growth with message size: CPU",
        "Nanoseconds for each byte of payload more, between 64 bytes and 16 KiB.",
        cpu);
    table(
        "## Growth with message size: allocation",
        "Bytes on the heap for each byte of payload more, between 64 bytes and 16 KiB.",
        allocated);
  }

  private List<String> perByte(String metric, double factor) {
    List<String> lines = new ArrayList<>();
    for (String row : figures.rows()) {
      String small = "-" + SMALL;
      if (row.contains(small + "-w") || row.endsWith(small)) {
        String larger = row.replace(small, "-" + LARGE);
        add(lines, row, client -> slope(row, larger, client, metric, LARGE - SMALL, factor));
      }
    }
    return lines;
  }

  private Optional<Double> slope(
      String row, String larger, String client, String metric, int steps, double factor) {
    return figures
        .median(row, client, metric)
        .flatMap(
            low ->
                figures.median(larger, client, metric).map(high -> (high - low) * factor / steps));
  }

  /** Rows give heap, RSS and threads for each connection; the time is that of all. */
  private void withConnections() {
    List<String> lines = new ArrayList<>();
    for (String metric : List.of("heap", "rss", "threads")) {
      String unit = metric.equals("threads") ? "" : ", KiB";
      for (int count : new int[] {1, FEW, MANY}) {
        String row = "connections-" + count;
        add(
            lines,
            metric + unit + ": each of " + count,
            client -> figures.median(row, client, metric));
      }
    }
    add(
        lines,
        "ms for each connection more, between " + FEW + " and " + MANY,
        client ->
            slope("connections-" + FEW, "connections-" + MANY, client, "time", MANY - FEW, MILLI));
    table(
        "## Growth with the number of connections",
        "What each of so many further connections in one process costs. One by itself also pays for"
            + " what is made once.",
        lines);
  }

  private void add(List<String> lines, String name, Cell cell) {
    StringBuilder line = new StringBuilder("| " + name);
    boolean any = false;
    for (String client : clients) {
      Optional<String> value = cell.of(client).map(Table::number);
      any |= value.isPresent();
      line.append(" | ").append(value.orElse(""));
    }
    if (any) {
      lines.add(line + " |");
    }
  }

  private void table(String title, String explanation, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append("\n").append(title).append("\n").append(explanation).append("\n\n| row | ");
      text.append(String.join(" | ", clients)).append(" |\n");
      text.append("|---").append("|---".repeat(clients.size())).append("|\n");
      lines.forEach(line -> text.append(line).append('\n'));
    }
  }

  /** The figure of one client. */
  private interface Cell {
    Optional<Double> of(String client);
  }
}
