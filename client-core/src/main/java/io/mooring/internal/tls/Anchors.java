package io.mooring.internal.tls;

import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
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
}
