package io.mooring.bench.run;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Figures as text in columns: a line for each metric, a column for each client. */
final class Table {
  static final String OURS = "mooring";

  private static final int FIRST_WIDTH = 28;
  private static final int WIDTH = 20;

  private Table() {}

  /** All rows. */
  static String of(Figures figures) {
    StringBuilder text = new StringBuilder();
    figures.rows().forEach(row -> text.append(of(figures, row)));
    return text.toString();
  }

  /** One row. Behind a peer's figure stands Mooring's divided by it. */
  static String of(Figures figures, String row) {
    Map<String, Map<String, Statistics>> lines = figures.lines(row);
    Set<String> clients = new LinkedHashSet<>(figures.clients());
    clients.removeIf(client -> lines.values().stream().noneMatch(line -> line.containsKey(client)));
    StringBuilder text = new StringBuilder(pad(row, FIRST_WIDTH));
    clients.forEach(client -> text.append(pad(client, WIDTH)));
    text.append('\n');
    lines.forEach(
        (metric, cells) -> {
          text.append(pad("  " + metric, FIRST_WIDTH));
          clients.forEach(client -> text.append(pad(cell(cells, client), WIDTH)));
          text.append('\n');
        });
    return text.toString();
  }

  private static String cell(Map<String, Statistics> cells, String client) {
    Statistics value = cells.get(client);
    return value == null
        ? "-"
        : number(value.median()) + ratio(client, value, cells.get(OURS)).indent(1).stripTrailing();
  }

  /**
   * {@code (1.52x)}: how many times a peer's figure Mooring's is; empty where that says nothing.
   */
  static String ratio(String client, Statistics value, @Nullable Statistics ours) {
    if (client.equals(OURS) || ours == null || value.median() == 0) {
      return "";
    }
    return String.format(Locale.ROOT, "(%.2fx)", ours.median() / value.median());
  }

  /** Three digits that count. */
  static String number(double value) {
    double size = Math.abs(value);
    int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
