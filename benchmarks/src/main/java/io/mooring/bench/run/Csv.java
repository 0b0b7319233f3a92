package io.mooring.bench.run;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code row,client,metric,unit,median,min,max,runs}, a line for each figure. */
final class Csv {
  static final String HEADER = "row,client,metric,unit,median,min,max,runs";

  private static final int FIELDS = 8;
  private static final MathContext DIGITS = new MathContext(6);

  private Csv() {}

  static String of(Figures figures) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    figures
        .all()
        .forEach(
            (figure, value) ->
                text.append(
                        String.join(
                            ",",
                            figure.row(),
                            figure.client(),
                            figure.metric(),
                            figure.unit(),
                            number(value.median()),
                            number(value.min()),
                            number(value.max()),
                            Integer.toString(value.runs())))
                    .append('\n'));
    return text.toString();
  }

  /**
   * Reads what {@link #of} has written.
   *
   * @throws IOException if it is something else
   */
  static Figures parse(String text) throws IOException {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IOException("Not a CSV of the benchmarks: it does not begin with " + HEADER);
    }
    Map<Figure, Statistics> all = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] f = line.split(",", -1);
      if (f.length != FIELDS) {
        throw new IOException("Not " + FIELDS + " fields: " + line);
      }
      try {
        all.put(
            new Figure(f[0], f[1], f[2], f[3]),
            new Statistics(
                Double.parseDouble(f[4]),
                Double.parseDouble(f[5]),
                Double.parseDouble(f[6]),
                Integer.parseInt(f[7])));
      } catch (NumberFormatException e) {
        throw new IOException("Not a number: " + line, e);
      }
    }
    return new Figures(all);
  }

  /** Six digits, no exponent. */
  static String number(double value) {
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }
}
