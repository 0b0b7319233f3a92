package io.mooring.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All figures of a run, in the order in which they were first measured. */
final class Results {
  private final Map<Figure, List<Double>> figures = new LinkedHashMap<>();

  /** Adds the figure of one run. */
  void add(String row, String client, String metric, String unit, double value) {
    figures
        .computeIfAbsent(new Figure(row, client, metric, unit), key -> new ArrayList<>())
        .add(value);
  }

  /** Each figure with its statistics. */
  Map<Figure, Statistics> statistics() {
    Map<Figure, Statistics> all = new LinkedHashMap<>();
    figures.forEach((figure, values) -> all.put(figure, Statistics.of(values)));
    return all;
  }

  /** The median of a metric, if it was measured. */
  Optional<Double> median(String row, String client, String metric) {
    return figures.entrySet().stream()
        .filter(entry -> entry.getKey().row().equals(row))
        .filter(entry -> entry.getKey().client().equals(client))
        .filter(entry -> entry.getKey().metric().equals(metric))
        .findFirst()
        .map(entry -> Statistics.of(entry.getValue()).median());
  }
}
