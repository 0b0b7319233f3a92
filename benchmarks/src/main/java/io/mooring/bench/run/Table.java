package io.mooring.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Figures in columns: a line for each metric, a column for each client, Mooring's ratio beside. */
final class Table {
  private static final String OURS = "mooring";
  private static final int FIRST_WIDTH = 40;
  private static final int WIDTH = 22;

  private Table() {}

  /** One row of the report as text. */
  static String of(Results results, String row) {
    Map<String, Map<String, Statistics>> lines = lines(results, row);
    Set<String> clients = new LinkedHashSet<>();
    lines.values().forEach(line -> clients.addAll(line.keySet()));
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

  /** The metrics of a row, each with what every client reached. */
  static Map<String, Map<String, Statistics>> lines(Results results, String row) {
    Map<String, Map<String, Statistics>> lines = new LinkedHashMap<>();
    results
        .statistics()
        .forEach(
            (figure, value) -> {
              if (figure.row().equals(row)) {
                lines
                    .computeIfAbsent(
                        figure.metric() + " " + figure.unit(), key -> new LinkedHashMap<>())
                    .put(figure.client(), value);
              }
            });
    return lines;
  }

  /** The rows in order. */
  static List<String> rows(Results results) {
    Set<String> rows = new LinkedHashSet<>();
    results.statistics().keySet().forEach(figure -> rows.add(figure.row()));
    return new ArrayList<>(rows);
  }

  /** A median, and for a peer in brackets how many times it Mooring's figure is. */
  static String cell(Map<String, Statistics> cells, String client) {
    Statistics value = cells.get(client);
    if (value == null) {
      return "-";
    }
    Statistics ours = cells.get(OURS);
    String number = number(value.median());
    if (client.equals(OURS) || ours == null || value.median() == 0) {
      return number;
    }
    return number + String.format(Locale.ROOT, " (%.2fx)", ours.median() / value.median());
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
