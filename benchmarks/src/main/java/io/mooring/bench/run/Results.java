package io.mooring.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the figures of a run. */
final class Results {
  private final Map<Figure, List<Double>> runs = new LinkedHashMap<>();

  /** Adds the figure of one run. */
  void add(String row, String client, String metric, String unit, double value) {
    runs.computeIfAbsent(new Figure(row, client, metric, unit), key -> new ArrayList<>())
        .add(value);
  }

  /** What there is by now. */
  Figures figures() {
    Map<Figure, Statistics> all = new LinkedHashMap<>();
    runs.forEach((figure, values) -> all.put(figure, Statistics.of(values)));
    return new Figures(all);
  }
}
