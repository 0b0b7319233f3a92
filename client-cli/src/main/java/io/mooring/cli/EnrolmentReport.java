package io.mooring.cli;

import io.mooring.enrol.Enrolment;
import io.mooring.tls.SpkiPin;
import java.security.cert.X509Certificate;

/** What came of an enrolment. */
final class EnrolmentReport {
  private EnrolmentReport() {}

  static void print(
      Terminal terminal, JsonOption json, StoreOptions options, Enrolment.Result result) {
    X509Certificate certificate = result.issued().certificate();
    result.issued().warnings().forEach(warning -> terminal.say("warning: " + warning));
    json.done(
        terminal,
        options
            .json()
            .put("changed", result.changed())
            .putAll(json(certificate))
            .put("chain", result.issued().chain().size())
            .put("warnings", result.issued().warnings()),
        (result.changed() ? "in use now: " : "in use already: ") + text(certificate));
  }

  /** Nothing was done, because nothing had to be. */
  static void unchanged(
      Terminal terminal,
      JsonOption json,
      StoreOptions options,
      X509Certificate certificate,
      String why) {
    json.done(
        terminal,
        options.json().put("changed", false).putAll(json(certificate)).put("reason", why),
        why + ": " + text(certificate));
  }

  private static Json json(X509Certificate certificate) {
    return Json.object()
        .put("subject", certificate.getSubjectX500Principal().getName())
        .put("issuer", certificate.getIssuerX500Principal().getName())
        .put("serial", certificate.getSerialNumber().toString(16))
        .put("notBefore", certificate.getNotBefore().toInstant())
        .put("notAfter", certificate.getNotAfter().toInstant())
        .put("pin", SpkiPin.of(certificate).toString());
  }

  private static String text(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName()
        + ", until "
        + certificate.getNotAfter().toInstant()
        + ", "
        + SpkiPin.of(certificate);
  }
}
