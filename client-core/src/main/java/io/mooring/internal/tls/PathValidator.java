package io.mooring.internal.tls;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.tls.TlsPolicy.Trust;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The path from the broker's leaf to an anchor, by the JDK's PKIX (RFC 5280, section 6), and what
 * the leaf must be besides: fit for a TLS server, with keys and signatures of today's strength.
 */
final class PathValidator {
  private final Trust trust;
  private final String host;
  private final Instant deviceTime;
  private final Instant instant;

  /**
   * @param deviceTime what the clock says, for messages
   * @param instant when the certificates must be valid
   */
  PathValidator(Trust trust, String host, Instant deviceTime, Instant instant) {
    this.trust = trust;
    this.host = host;
    this.deviceTime = deviceTime;
    this.instant = instant;
  }

  /**
   * Returns the validated path, leaf first, with its anchor last.
   *
   * @throws CertificatePathException if there is none
   */
  List<X509Certificate> validate(List<X509Certificate> presented) {
    X509Certificate leaf = presented.get(0);
    List<X509Certificate> path;
    if (trust instanceof Trust.PinOnly) {
      path = List.of(leaf);
      requireDates(path);
    } else if (trust instanceof Trust.Authorities own) {
      path =
          own.certificates().contains(leaf)
              ? trustedLeaf(leaf)
              : build(presented, Anchors.of(own.certificates()));
    } else {
      path = build(presented, PlatformRoots.SHARED.anchors());
    }
    ServerUsage.require(leaf, host);
    KeyStrength.require(path, host);
    return path;
  }

  /** PKIX has no path of no certificate: a leaf that is itself trusted needs its dates only. */
  private List<X509Certificate> trustedLeaf(X509Certificate leaf) {
    requireDates(List.of(leaf));
    return List.of(leaf);
  }

  private List<X509Certificate> build(List<X509Certificate> presented, Set<TrustAnchor> anchors) {
    try {
      if (anchors.isEmpty()) {
        throw new CertPathBuilderException("none of the trusted certificates is an authority");
      }
      List<X509Certificate> candidates = new ArrayList<>(presented.size());
      for (X509Certificate certificate : presented) {
        candidates.add(new QuicklyVerified(certificate));
      }
      X509CertSelector target = new X509CertSelector();
      target.setCertificate(candidates.get(0));
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(candidates)));
      parameters.setDate(Date.from(instant));
      parameters.setRevocationEnabled(false);
      PKIXCertPathBuilderResult result =
          (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
      List<X509Certificate> path = new ArrayList<>();
      for (Certificate certificate : result.getCertPath().getCertificates()) {
        path.add(
            certificate instanceof QuicklyVerified checked
                ? checked.certificate()
                : (X509Certificate) certificate);
      }
      path.add(result.getTrustAnchor().getTrustedCert());
      return path;
    } catch (CertPathBuilderException e) {
      requireDates(presented);
      throw noPath(presented, e);
    } catch (InvalidAlgorithmParameterException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has the PKIX path builder", e);
    }
  }

  private void requireDates(List<X509Certificate> certificates) {
    for (X509Certificate certificate : certificates) {
      String whose =
          certificate.equals(certificates.get(0))
              ? "Certificate of " + host
              : "Certificate of " + Subjects.of(certificate) + ", which vouches for " + host + ",";
      Instant notBefore = certificate.getNotBefore().toInstant();
      if (instant.isBefore(notBefore)) {
        throw notYetValid(whose, notBefore);
      }
      Instant notAfter = certificate.getNotAfter().toInstant();
      if (instant.isAfter(notAfter)) {
        throw new CertificatePathException(
            whose
                + " expired on "
                + Dates.text(notAfter, instant)
                + "; this device's clock says "
                + Dates.text(deviceTime, notAfter)
                + ". Renew the broker's certificate; if the clock is wrong, set it.",
            Reason.EXPIRED,
            notAfter,
            deviceTime);
      }
    }
  }

  private CertificatePathException notYetValid(String whose, Instant notBefore) {
    String evidence =
        whose
            + " is not valid before "
            + Dates.text(notBefore, deviceTime)
            + "; this device's clock says "
            + Dates.text(deviceTime, notBefore)
            + ". ";
    if (deviceTime.isBefore(BuildDate.instant())) {
      return new CertificatePathException(
          evidence + "Set the clock (NTP or an RTC), then reconnect.",
          Reason.CLOCK_NOT_SET,
          notBefore,
          deviceTime);
    }
    return new CertificatePathException(
        evidence
            + "Check the clock; if it is right, the broker's certificate was put in use early.",
        Reason.NOT_YET_VALID,
        notBefore,
        deviceTime);
  }

  private CertificatePathException noPath(
      List<X509Certificate> presented, CertPathBuilderException e) {
    @Nullable String weak = KeyStrength.weaknessOf(presented);
    if (weak != null) {
      return new CertificatePathException(
          KeyStrength.message(host, weak), Reason.WEAK_ALGORITHM, e);
    }
    X509Certificate last = presented.get(presented.size() - 1);
    boolean selfSigned =
        presented.size() == 1
            && last.getSubjectX500Principal().equals(last.getIssuerX500Principal());
    Throwable root = rootCause(e);
    String evidence =
        "No path leads from the certificate of "
            + host
            + " ("
            + Subjects.of(presented.get(0))
            + ") to "
            + (trust instanceof Trust.Authorities own
                ? "the " + own.certificates().size() + " configured authorities"
                : "the authorities of the Java platform")
            + ": "
            + Subjects.printable(String.valueOf(root.getMessage()))
            + ". ";
    String advice =
        selfSigned
            ? "It is self-signed: trust it by name with TlsPolicy.trusting(file), or by key with"
                + " TlsPolicy.pinOnly(pins)."
            : "The broker sent "
                + presented.size()
                + (presented.size() == 1 ? " certificate" : " certificates")
                + ", the last one issued by "
                + Subjects.printable(last.getIssuerX500Principal().getName())
                + ". Name that authority with TlsPolicy.trusting(file), or let the broker send its"
                + " intermediate certificates; if neither is expected, treat this as interception.";
    // The builder gives a validator's refusal as its cause, and none if there was nothing to
    // refuse.
    Reason reason =
        root instanceof CertPathValidatorException ? Reason.INVALID : Reason.UNKNOWN_AUTHORITY;
    return new CertificatePathException(evidence + advice, reason, e);
  }

  private static Throwable rootCause(Throwable e) {
    Throwable root = e;
    while (root.getCause() instanceof GeneralSecurityException cause) {
      root = cause;
    }
    return root;
  }
}
