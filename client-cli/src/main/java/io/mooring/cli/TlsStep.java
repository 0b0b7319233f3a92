package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.error.ErrorCode;
import io.mooring.internal.net.TlsStream;
import io.mooring.internal.tls.HandshakeWatch;
import io.mooring.internal.tls.TlsMachine;
import io.mooring.internal.tls.VerifiedServer;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's own TLS with the client's own policy, and a look at what the broker presents, which
 * is worth most where the policy refuses it.
 */
final class TlsStep {
  private final Findings findings;
  private final Clock clock;
  private final Duration warnBefore;

  TlsStep(Findings findings, Clock clock, Duration warnBefore) {
    this.findings = findings;
    this.clock = clock;
    this.warnBefore = warnBefore;
  }

  void examine(Endpoint broker, ClientMaterial material, Deadline deadline) {
    findings.enter("tls");
    TlsPolicy policy = material.tls();
    TlsMachine machine =
        new TlsMachine(
            policy, broker.host(), broker.port(), material.identity(), null, clock, new Look());
    try (TlsStream stream =
        TlsStream.open(
            broker.host(),
            broker.port(),
            material.proxy(),
            machine,
            System.nanoTime() + deadline.left().toNanos())) {
      describe(stream.server(), material);
    }
    pins(policy);
  }

  private void describe(VerifiedServer server, ClientMaterial material) {
    findings.saw(
        server.protocol()
            + ", "
            + server.cipherSuite()
            + (server.namedGroup() == null ? "" : ", group " + server.namedGroup())
            + (server.alpn() == null ? "" : ", ALPN " + server.alpn()));
    findings.saw("path: " + String.join(" <- ", server.path()));
    findings.saw("the certificate is for " + server.host());
    findings.saw(
        server.matchedPin() == null
            ? "no pins are configured"
            : "pin " + server.matchedPin() + " matches");
    findings.saw(
        server.clientCertificateRequested()
            ? material.identity() == null
                ? "the broker asks for a client certificate, and this device has none"
                : "the broker asks for a client certificate, and gets this device's"
            : "the broker asks for no client certificate");
  }

  private void pins(TlsPolicy policy) {
    PinSet pins = policy.pins();
    if (pins == null) {
      if (policy.trust() instanceof TlsPolicy.Trust.SystemRoots) {
        findings.warn(
            ErrorCode.NO_PIN, "Every authority of the Java platform can vouch for the broker.");
      }
    } else if (pins.pins().size() == 1) {
      findings.warn(ErrorCode.SINGLE_PIN, "Configured: " + pins + ".");
    }
  }

  /** Notes what comes, before it is judged. */
  private final class Look implements HandshakeWatch {
    @Override
    public void pathCheckBegins() {}

    @Override
    public void pathCheckEnds() {}

    @Override
    public void presented(List<X509Certificate> chain) {
      for (int i = 0; i < chain.size(); i++) {
        findings.saw("certificate " + (i + 1) + ": " + inWords(chain.get(i)));
        endsSoon(chain.get(i));
      }
    }

    @Override
    public void stapled(boolean good, String words) {
      if (good) {
        findings.saw("the stapled OCSP response says good: " + words);
      } else {
        findings.warn(
            ErrorCode.REVOCATION_STAPLE,
            "The stapled OCSP response counts as none: " + words + ".");
      }
    }
  }

  private void endsSoon(X509Certificate certificate) {
    Instant end = certificate.getNotAfter().toInstant();
    Instant now = clock.instant();
    if (end.isAfter(now) && end.isBefore(now.plus(warnBefore))) {
      findings.warn(
          ErrorCode.BROKER_CERTIFICATE_ENDS_SOON,
          subject(certificate) + " ends at " + end + "; this device's clock says " + now + ".");
    }
  }

  /** Whose, for whom, from when to when, and the pin of its key. */
  static String inWords(X509Certificate certificate) {
    return subject(certificate)
        + ", "
        + SpkiPin.of(certificate)
        + ", "
        + certificate.getNotBefore().toInstant()
        + " to "
        + certificate.getNotAfter().toInstant()
        + ", names "
        + names(certificate)
        + ", issued by "
        + bounded(certificate.getIssuerX500Principal().getName());
  }

  static String subject(X509Certificate certificate) {
    return bounded(certificate.getSubjectX500Principal().getName());
  }

  private static String names(X509Certificate certificate) {
    try {
      @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? "none"
          : bounded(
              String.join(" ", names.stream().map(name -> String.valueOf(name.get(1))).toList()));
    } catch (CertificateParsingException e) {
      return "that cannot be read";
    }
  }

  private static String bounded(String text) {
    return Terminal.printable(text.length() > 300 ? text.substring(0, 300) + "..." : text);
  }
}
