package io.mooring.bench.run;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;

/** {@code row,client,metric,unit,median,min,max,runs}, a line for each figure. */
final class Csv {
  static final String HEADER = "row,client,metric,unit,median,min,max,runs";

  private static final MathContext DIGITS = new MathContext(6);

  private Csv() {}

  static String of(Results results) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Map.Entry<Figure, Statistics> entry : results.statistics().entrySet()) {
      Figure figure = entry.getKey();
      Statistics value = entry.getValue();
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
              Integer.toString(value.runs())));
      text.append('\n');
    }
    return text.toString();
  }

  /** Six digits, no exponent. */
  static String number(double value) {
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }
}
