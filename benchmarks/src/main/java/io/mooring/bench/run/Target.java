package io.mooring.bench.run;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A figure of Mooring's that has to be reached.
 *
 * @param what in words
 * @param row of the figure
 * @param metric of the figure
 * @param atLeast whether more is better
 * @param limit the bound itself, or how many times the figure it is compared with
 * @param otherRow the row that it is compared with, or null for an absolute bound
 * @param otherClient the client that it is compared with, or null for an absolute bound
 */
record Target(
    String what,
    String row,
    String metric,
    boolean atLeast,
    double limit,
    @Nullable String otherRow,
    @Nullable String otherClient) {
  /** Before a metric: the largest of all runs is judged, not the median. */
  static final String WORST = "worst ";

  private static final String NOT_MEASURED = "not measured";

  static Target atMost(String what, String row, String metric, double limit) {
    return new Target(what, row, metric, false, limit, null, null);
  }

  static Target atLeast(String what, String row, String metric, double limit) {
    return new Target(what, row, metric, true, limit, null, null);
  }

  static Target atMostTimes(String row, String metric, double factor, String client) {
    return new Target(row + " " + metric, row, metric, false, factor, row, client);
  }

  static Target atLeastTimes(String row, String metric, double factor, String client) {
    return new Target(row + " " + metric, row, metric, true, factor, row, client);
  }

  /** How Mooring fares. */
  Verdict judge(Figures figures) {
    Optional<Double> ours =
        metric.startsWith(WORST)
            ? figures.max(row, Table.OURS, metric.substring(WORST.length()))
            : figures.median(row, Table.OURS, metric);
    if (ours.isEmpty()) {
      return new Verdict(this, NOT_MEASURED, Outcome.NOT_MEASURED);
    }
    if (otherRow == null || otherClient == null) {
      return verdict(ours.get(), Table.number(ours.get()));
    }
    Optional<Double> other = figures.median(otherRow, otherClient, metric);
    if (other.isEmpty() || other.get() == 0) {
      return new Verdict(this, NOT_MEASURED, Outcome.NOT_MEASURED);
    }
    double ratio = ours.get() / other.get();
    return verdict(
        ratio,
        String.format(
            Locale.ROOT,
            "%.2fx (%s to %s)",
            ratio,
            Table.number(ours.get()),
            Table.number(other.get())));
  }

  private Verdict verdict(double value, String text) {
    boolean met = atLeast ? value >= limit : value <= limit;
    return new Verdict(this, text, met ? Outcome.MET : Outcome.MISSED);
  }

  /** The bound in words. */
  String bound() {
    String side = atLeast ? "at least " : "at most ";
    String number = Table.number(limit).replaceAll("(\\.\\d*?)0+$", "$1").replaceAll("\\.$", "");
    return otherClient == null
        ? side + number
        : side + number + "x " + (row.equals(otherRow) ? otherClient : otherRow);
  }

  /** Whether a target is met. */
  enum Outcome {
    /** The bound holds. */
    MET("met"),
    /** It does not. */
    MISSED("MISSED"),
    /** One of the figures is missing. */
    NOT_MEASURED("-");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * A target and how Mooring fares.
   *
   * @param value in words
   */
  record Verdict(Target target, String value, Outcome outcome) {}
}
