package io.mooring.internal.tls;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Instants as people read them. */
final class Dates {
  private Dates() {}

  /** The day in UTC; with the time of day if {@code other} falls on the same day. */
  static String text(Instant instant, Instant other) {
    LocalDate day = LocalDate.ofInstant(instant, ZoneOffset.UTC);
    return day.equals(LocalDate.ofInstant(other, ZoneOffset.UTC))
        ? instant.truncatedTo(ChronoUnit.SECONDS).toString()
        : day.toString();
  }
}
