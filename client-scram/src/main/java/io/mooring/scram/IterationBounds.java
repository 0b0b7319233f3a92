package io.mooring.scram;

import io.mooring.error.ErrorCode;
import io.mooring.error.ServerProofException;
import java.util.Locale;

/**
 * What iteration counts a broker may ask for.
 *
 * @param min below it, a recorded login is too cheap to guess from (RFC 7677, section 4: 4096)
 * @param max above it, a hostile broker burns the device's CPU
 */
record IterationBounds(int min, int max) {
  static final int STANDARD_MIN = 4096;
  static final int ABSOLUTE_MAX = 10_000_000;
  static final IterationBounds DEFAULT = new IterationBounds(STANDARD_MIN, 100_000);

  /** Refuses a count outside the bounds; costs nothing but two comparisons. */
  void check(int iterations) {
    if (iterations > max) {
      throw tooMany(String.format(Locale.ROOT, "%,d", iterations), max);
    }
    if (iterations < min) {
      throw new ServerProofException(
          ErrorCode.ITERATIONS_TOO_LOW,
          String.format(
              Locale.ROOT,
              "The broker asks for %,d PBKDF2 iterations; the floor is %,d (minIterations). A"
                  + " hostile broker does this to guess the password cheaply. If the broker is"
                  + " yours, raise its iteration count.",
              iterations,
              min),
          null);
    }
  }

  static ServerProofException tooMany(String asked, int max) {
    return new ServerProofException(
        ErrorCode.ITERATIONS_TOO_HIGH,
        String.format(
            Locale.ROOT,
            "The broker asks for %s PBKDF2 iterations; the limit is %,d (maxIterations). A hostile"
                + " broker does this to burn a device's CPU.",
            asked,
            max),
        null);
  }
}
