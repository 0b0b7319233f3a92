package io.mooring.cli;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.internal.tls.BuildDate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Can the clock be right? Before the build it cannot. */
final class ClockStep {
  private ClockStep() {}

  static void examine(Findings findings, Clock clock) {
    findings.enter("clock");
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant built = BuildDate.instant();
    if (now.isBefore(built)) {
      throw new CertificatePathException(
          "This device's clock says "
              + now
              + ", before this software was built ("
              + built
              + "). Set the clock (NTP or an RTC), then run the doctor again.",
          Reason.CLOCK_NOT_SET,
          built,
          now);
    }
    findings.saw(now + ", after the build of " + built);
  }
}
