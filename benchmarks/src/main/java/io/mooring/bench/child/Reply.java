package io.mooring.bench.child;

import java.util.StringJoiner;

/** One line of figures: {@code OK name=value name=value}. */
public final class Reply {
  /** How a line begins that carries figures. */
  public static final String OK = "OK";

  /** How a line begins that says what went wrong. */
  public static final String FAILED = "FAILED";

  private final StringJoiner line = new StringJoiner(" ").add(OK);

  Reply add(String name, double value) {
    line.add(name + "=" + value);
    return this;
  }

  Reply add(String name, long value) {
    line.add(name + "=" + value);
    return this;
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
