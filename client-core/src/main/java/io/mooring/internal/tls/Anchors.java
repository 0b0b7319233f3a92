package io.mooring.internal.tls;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.error.ErrorCode;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
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
    Set<TrustAnchor> anchors = new HashSet<>();
    for (X509Certificate certificate : certificates) {
      if (isAuthority(certificate)) {
        anchors.add(new TrustAnchor(certificate, null));
      }
    }
    return anchors;
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
      Set<TrustAnchor> anchors = new HashSet<>();
      for (TrustManager manager : managers) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate certificate : x509.getAcceptedIssuers()) {
            anchors.add(new TrustAnchor(certificate, null));
          }
        }
      }
      return Collections.unmodifiableSet(anchors);
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
