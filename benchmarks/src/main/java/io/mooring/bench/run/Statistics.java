package io.mooring.bench.run;

import java.util.List;

/**
 * Of the figures of one metric.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param min the smallest
 * @param max the largest
 * @param runs how many there are
 */
record Statistics(double median, double min, double max, int runs) {
  /**
   * Computes them.
   *
   * @throws IllegalArgumentException if there is no figure
   */
  static Statistics of(List<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("no figures");
    }
    List<Double> sorted = figures.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Statistics(median, sorted.get(0), sorted.get(sorted.size() - 1), sorted.size());
  }
}
