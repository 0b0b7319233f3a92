package io.mooring.bench.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The statistics of a run, in the order of measuring: what the CSV holds and the report is of. */
record Figures(Map<Figure, Statistics> all) {
  Figures {
    all = Collections.unmodifiableMap(new LinkedHashMap<>(all));
  }

  /** The median of a metric, if it was measured. */
  Optional<Double> median(String row, String client, String metric) {
    return all.entrySet().stream()
        .filter(entry -> entry.getKey().row().equals(row))
        .filter(entry -> entry.getKey().client().equals(client))
        .filter(entry -> entry.getKey().metric().equals(metric))
        .map(entry -> entry.getValue().median())
        .findFirst();
  }

  /** The largest of all runs, if it was measured. */
  Optional<Double> max(String row, String client, String metric) {
    return all.entrySet().stream()
        .filter(entry -> entry.getKey().row().equals(row))
        .filter(entry -> entry.getKey().client().equals(client))
        .filter(entry -> entry.getKey().metric().equals(metric))
        .map(entry -> entry.getValue().max())
        .findFirst();
  }

  /** The rows in order. */
  List<String> rows() {
    Set<String> rows = new LinkedHashSet<>();
    all.keySet().forEach(figure -> rows.add(figure.row()));
    return new ArrayList<>(rows);
  }

  /** The clients in the order of the report. */
  List<String> clients() {
    return Options.CLIENTS.stream()
        .filter(client -> all.keySet().stream().anyMatch(figure -> figure.client().equals(client)))
        .toList();
  }

  /** The metrics of a row with their unit, each with what every client reached. */
  Map<String, Map<String, Statistics>> lines(String row) {
    Map<String, Map<String, Statistics>> lines = new LinkedHashMap<>();
    all.forEach(
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
}
