package io.mooring.internal.tls;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A floor under keys and signatures of a path, whatever {@code jdk.certpath.disabledAlgorithms}
 * says on this device: RSA of 2048 bits, curves of 256 bits, no DSA, no MD5 and no SHA-1 (RFC
 * 9155). The signature of the anchor does not count: nobody relies on it.
 */
final class KeyStrength {
  private static final int MIN_RSA_BITS = 2048;
  private static final int MIN_EC_BITS = 256;

  private KeyStrength() {}

  static void require(List<X509Certificate> path, String host) {
    for (int i = 0; i < path.size(); i++) {
      boolean signatureCounts = i < path.size() - 1;
      String weak = weakness(path.get(i), signatureCounts);
      if (weak != null) {
        throw new CertificatePathException(message(host, weak), Reason.WEAK_ALGORITHM, null);
      }
    }
  }

  /** The first weakness among certificates that are not self-signed, or null. */
  static @Nullable String weaknessOf(List<X509Certificate> presented) {
    for (X509Certificate certificate : presented) {
      boolean selfIssued =
          certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
      String weak = weakness(certificate, !selfIssued);
      if (weak != null) {
        return weak;
      }
    }
    return null;
  }

  static String message(String host, String weakness) {
    return "The certificate path of "
        + host
        + " is too weak: "
        + weakness
        + ". Issue a certificate with RSA of 2048 bits or more, or P-256 or P-384, signed with SHA-256"
        + " or better.";
  }

  private static @Nullable String weakness(X509Certificate certificate, boolean signatureCounts) {
    String subject = Subjects.of(certificate);
    PublicKey key = certificate.getPublicKey();
    if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      return subject + " has an RSA key of " + rsa.getModulus().bitLength() + " bits";
    }
    if (key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() < MIN_EC_BITS) {
      return subject + " has an EC key of " + ec.getParams().getOrder().bitLength() + " bits";
    }
    if (key instanceof DSAKey) {
      return subject + " has a DSA key";
    }
    String signature = signatureCounts ? weakSignature(certificate) : null;
    return signature == null ? null : subject + " is signed with " + signature;
  }

  private static @Nullable String weakSignature(X509Certificate certificate) {
    if (certificate.getSigAlgOID().equals(PssParameters.OID)) {
      return PssParameters.areWeak(certificate) ? PssParameters.text(certificate) : null;
    }
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    boolean weak = algorithm.startsWith("SHA1") || algorithm.startsWith("MD");
    return weak ? certificate.getSigAlgName() : null;
  }
}
