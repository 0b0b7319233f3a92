package io.mooring.enrol.rotation;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is remembered of the last attempt, so that a restart neither forgets nor repeats it.
 *
 * @param certificate fingerprint of the certificate that was in use, or that the attempt brought
 * @param attempted when it began, by the clock of then
 * @param next no attempt before this
 * @param failures in a row; 0 after a success
 */
record RenewalRecord(String certificate, Instant attempted, Instant next, int failures) {
  private static final String HEADER = "mooring-renewal 1";
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

  RenewalRecord {
    if (!FINGERPRINT.matcher(certificate).matches() || next.isBefore(attempted) || failures < 0) {
      throw new IllegalArgumentException("a renewal record that contradicts itself");
    }
  }

  Duration pause() {
    return Duration.between(attempted, next);
  }

  /** The same pause, counted from {@code now}. */
  RenewalRecord from(Instant now) {
    return new RenewalRecord(certificate, now, now.plus(pause()), failures);
  }

  String encode() {
    return String.join(
        "\n",
        HEADER,
        "certificate " + certificate,
        "attempted " + attempted,
        "next " + next,
        "failures " + failures,
        "");
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static RenewalRecord decode(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    if (lines.size() != 6 || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException("it is no renewal record of version 1");
    }
    try {
      RenewalRecord read =
          new RenewalRecord(
              value(lines.get(1), "certificate "),
              Instant.parse(value(lines.get(2), "attempted ")),
              Instant.parse(value(lines.get(3), "next ")),
              Integer.parseInt(value(lines.get(4), "failures ")));
      if (!read.encode().equals(text)) {
        throw new IllegalArgumentException("it is written in another way");
      }
      return read;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("it holds no time: " + e.getMessage(), e);
    }
  }

  private static String value(String line, String name) {
    if (!line.startsWith(name)) {
      throw new IllegalArgumentException("a line is not '" + name + "'");
    }
    return line.substring(name.length());
  }
}
