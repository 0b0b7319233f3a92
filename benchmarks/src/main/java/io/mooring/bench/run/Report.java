package io.mooring.bench.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The run as a page of Markdown. */
final class Report {
  private final Figures figures;
  private final StringBuilder text = new StringBuilder();

  private Report(Figures figures) {
    this.figures = figures;
  }

  /**
   * The page.
   *
   * @param began when the run did
   * @param facts of machine, versions and options
   * @param failures what a client did not do
   * @param plots names of the pictures beside the page
   */
  static String of(
      Figures figures,
      Instant began,
      Map<String, String> facts,
      List<String> failures,
      List<String> plots) {
    Report report = new Report(figures);
    report.head(began, facts, failures);
    report.targets();
    plots.forEach(
        plot -> report.text.append("![").append(plot).append("](").append(plot).append(")\n"));
    report.tables();
    report.text.append(Growth.of(figures));
    return report.text.toString();
  }

  private void head(Instant began, Map<String, String> facts, List<String> failures) {
    line("# Measured side by side");
    line("Written by `benchmarks/run`; `benchmarks/README.md` says how each row is measured.");
    line("");
    line("| | |");
    line("|---|---|");
    line("| Date | " + began.truncatedTo(ChronoUnit.SECONDS) + " |");
    facts.forEach((name, value) -> line("| " + name + " | " + value + " |"));
    line("");
    if (!failures.isEmpty()) {
      line("What failed, and is missing below:");
      failures.forEach(failure -> line("- " + failure.replace('\n', ' ')));
      line("");
    }
  }

  private void targets() {
    line("## Targets");
    line("| figure | target | measured | |");
    line("|---|---|---|---|");
    for (Target.Verdict verdict : Targets.judge(figures)) {
      line(
          String.join(
              " | ",
              "| " + verdict.target().what(),
              verdict.target().bound(),
              verdict.value(),
              verdict.outcome() + " |"));
    }
    line("");
  }

  /** A table for each metric of each family of rows: the part of the name before the first dash. */
  private void tables() {
    Map<String, Set<String>> families = new LinkedHashMap<>();
    for (String row : figures.rows()) {
      families.computeIfAbsent(row.split("-", 2)[0], key -> new LinkedHashSet<>()).add(row);
    }
    line("");
    line("## All figures");
    line("Median [smallest-largest of all runs], and Mooring's median divided by the peer's.");
    families.forEach(this::family);
  }

  private void family(String name, Set<String> rows) {
    Map<String, List<String>> byMetric = new LinkedHashMap<>();
    for (String row : rows) {
      for (String metric : figures.lines(row).keySet()) {
        byMetric.computeIfAbsent(metric, key -> new ArrayList<>()).add(row);
      }
    }
    List<String> clients = figures.clients();
    byMetric.forEach(
        (metric, measured) -> {
          line("");
          line("### " + name + ": " + metric);
          line("| row | " + String.join(" | ", clients) + " |");
          line("|---" + "|---".repeat(clients.size()) + "|");
          for (String row : measured) {
            Map<String, Statistics> cells = figures.lines(row).getOrDefault(metric, Map.of());
            StringBuilder cellsText = new StringBuilder();
            for (String client : clients) {
              cellsText
                  .append(" | ")
                  .append(cell(client, cells.get(client), cells.get(Table.OURS)));
            }
            line("| " + row + cellsText + " |");
          }
        });
  }

  private static String cell(String client, @Nullable Statistics value, @Nullable Statistics ours) {
    if (value == null) {
      return "";
    }
    String noise =
        value.runs() == 1
            ? ""
            : " [" + Table.number(value.min()) + "-" + Table.number(value.max()) + "]";
    return (Table.number(value.median()) + noise + " " + Table.ratio(client, value, ours)).trim();
  }

  private void line(String content) {
    text.append(content).append('\n');
  }
}
