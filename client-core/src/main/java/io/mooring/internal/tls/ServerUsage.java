package io.mooring.internal.tls;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is a leaf meant for a TLS server (RFC 5280, sections 4.2.1.3 and 4.2.1.12)? */
final class ServerUsage {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";

  private ServerUsage() {}

  static void require(X509Certificate leaf, String host) {
    List<String> purposes = extendedKeyUsage(leaf, host);
    if (purposes != null
        && !purposes.contains(SERVER_AUTH)
        && !purposes.contains(ANY_EXTENDED_KEY_USAGE)) {
      throw refused(host, "its Extended Key Usage " + purposes + " lacks serverAuth", null);
    }
    // Every suite on offer signs the key exchange; none encrypts with the certificate's key.
    boolean @Nullable [] keyUsage = leaf.getKeyUsage();
    if (keyUsage != null && !keyUsage[0]) {
      throw refused(host, "its Key Usage lacks digitalSignature", null);
    }
  }

  private static @Nullable List<String> extendedKeyUsage(X509Certificate leaf, String host) {
    try {
      return leaf.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      throw refused(
          host,
          "its Extended Key Usage cannot be read: "
              + Subjects.printable(String.valueOf(e.getMessage())),
          e);
    }
  }

  private static CertificatePathException refused(
      String host, String evidence, @Nullable Throwable cause) {
    return new CertificatePathException(
        "Certificate of "
            + host
            + " is not meant for a TLS server: "
            + evidence
            + ". Issue the broker a certificate for server authentication.",
        Reason.WRONG_USAGE,
        cause);
  }
}
