package io.mooring.internal.tls;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.error.ErrorCode;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Where paths may end. */
final class Anchors {
  private static final int KEY_CERT_SIGN = 5;

  private Anchors() {}

  /**
   * Anchors of those certificates that are authorities. The JDK's path builder would let any
   * trusted certificate vouch for others: a trusted leaf could then make itself any broker.
   */
  static Set<TrustAnchor> of(Collection<X509Certificate> certificates) {
    return certificates.stream()
        .filter(Anchors::isAuthority)
        .map(certificate -> new TrustAnchor(certificate, null))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isAuthority(X509Certificate certificate) {
    // Certificates before version 3 have no extension to say so.
    boolean declared = certificate.getVersion() < 3 || certificate.getBasicConstraints() >= 0;
    boolean @Nullable [] keyUsage = certificate.getKeyUsage();
    return declared && (keyUsage == null || keyUsage[KEY_CERT_SIGN]);
  }

  /** The platform's authorities, read once. */
  static Set<TrustAnchor> ofTheSystem() {
    return SystemRoots.ANCHORS;
  }

  /** Holds the anchors, so that a device with its own authority never reads the platform's. */
  private static final class SystemRoots {
    static final Set<TrustAnchor> ANCHORS = load();

    private static Set<TrustAnchor> load() {
      TrustManager[] managers;
      try {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        managers = factory.getTrustManagers();
      } catch (GeneralSecurityException e) {
        throw unusable(e);
      }
      return Arrays.stream(managers)
          .filter(X509TrustManager.class::isInstance)
          .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
          .map(certificate -> new TrustAnchor(certificate, null))
          .collect(Collectors.toUnmodifiableSet());
    }

    private static CertificatePathException unusable(GeneralSecurityException e) {
      return new CertificatePathException(
          ErrorCode.PLATFORM_AUTHORITIES,
          "The trust store of the Java platform cannot be read: "
              + e.getMessage()
              + ". Check javax.net.ssl.trustStore, or name the authority with"
              + " TlsPolicy.trusting(file).",
          Reason.UNKNOWN_AUTHORITY,
          e);
    }
  }
}
