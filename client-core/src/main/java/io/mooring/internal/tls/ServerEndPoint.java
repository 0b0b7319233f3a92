package io.mooring.internal.tls;

import io.mooring.error.ErrorCode;
import io.mooring.error.TlsException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The channel binding tls-server-end-point: the hash of the broker's certificate, with the hash of
 * its signature, MD5 and SHA-1 raised to SHA-256 (RFC 5929, section 4.1).
 */
final class ServerEndPoint {
  private ServerEndPoint() {}

  /**
   * @throws TlsException if the signature algorithm has no hash of its own, such as Ed25519
   */
  static byte[] of(X509Certificate leaf) {
    try {
      return MessageDigest.getInstance(hashOf(leaf)).digest(leaf.getEncoded());
    } catch (GeneralSecurityException | IOException e) {
      throw undefined(leaf, e);
    }
  }

  private static String hashOf(X509Certificate leaf) throws GeneralSecurityException, IOException {
    if (leaf.getSigAlgOID().equals(PssParameters.OID)) {
      return raised(PssParameters.of(leaf).getDigestAlgorithm());
    }
    String algorithm = leaf.getSigAlgName().toUpperCase(Locale.ROOT);
    int with = algorithm.indexOf("WITH");
    if (with <= 0) {
      throw undefined(leaf, null);
    }
    return raised(algorithm.substring(0, with));
  }

  private static String raised(String hash) {
    return switch (hash.replace("-", "")) {
      case "MD5", "SHA1", "SHA256" -> "SHA-256";
      case "SHA224" -> "SHA-224";
      case "SHA384" -> "SHA-384";
      case "SHA512" -> "SHA-512";
      default -> hash;
    };
  }

  private static TlsException undefined(X509Certificate leaf, @Nullable Throwable cause) {
    return new TlsException(
        ErrorCode.CHANNEL_BINDING_UNAVAILABLE,
        "tls-server-end-point is not defined for a certificate signed with "
            + leaf.getSigAlgName()
            + " ("
            + Subjects.of(leaf)
            + "). Use tls-exporter, or a certificate signed with ECDSA or RSA.",
        cause);
  }
}
