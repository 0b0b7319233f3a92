package io.mooring.keystore;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Warnings about dates. No refusal: a board without a clock starts in 1970. */
final class Validity {
  private Validity() {}

  static List<String> warnings(String where, List<X509Certificate> chain, Instant now) {
    List<String> warnings = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      Instant from = certificate.getNotBefore().toInstant();
      Instant until = certificate.getNotAfter().toInstant();
      String start = where + ": the certificate of " + certificate.getSubjectX500Principal();
      if (now.isAfter(until)) {
        warnings.add(
            start
                + " expired at "
                + until
                + "; this device's clock says "
                + now
                + ". Renew it; brokers refuse it.");
      } else if (now.isBefore(from)) {
        warnings.add(
            start
                + " is not valid before "
                + from
                + "; this device's clock says "
                + now
                + ". Set the clock (NTP or an RTC).");
      }
    }
    return warnings;
  }
}
