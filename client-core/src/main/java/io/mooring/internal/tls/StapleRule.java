package io.mooring.internal.tls;

import io.mooring.error.CertificatePathException;
import io.mooring.error.CertificatePathException.Reason;
import io.mooring.error.ErrorCode;
import io.mooring.internal.telemetry.Log;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the OCSP response that a broker staples, or does not. A revoked certificate is
 * refused. A response that proves nothing counts as none: whoever could send a bad one could leave
 * it out. Only where one is required, by the policy or by the certificate itself (RFC 7633), is
 * that a refusal.
 */
final class StapleRule {
  private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";
  private static final int STATUS_REQUEST = 5;
  private static final int INTEGER = 0x02;
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;

  private StapleRule() {}

  /**
   * @param path validated, leaf first, its anchor last
   * @param staple the response in DER, or null
   * @param required whether the policy asks for a good one
   * @return what was found, for whoever looks on; null if there was none
   * @throws CertificatePathException if it must be refused
   */
  static @Nullable OcspStatement require(
      List<X509Certificate> path,
      byte @Nullable [] staple,
      boolean required,
      String host,
      Instant now) {
    X509Certificate leaf = path.get(0);
    boolean must = required || promises(leaf);
    if (staple == null) {
      if (must) {
        throw refusal(
            ErrorCode.STAPLE_MISSING,
            "The broker "
                + host
                + " sent no OCSP response, which "
                + (required ? "this device requires" : "its own certificate requires (RFC 7633)")
                + ". Switch OCSP stapling on at the broker, and check that it reaches its responder.");
      }
      return null;
    }
    OcspStatement statement =
        path.size() < 2
            ? new OcspStatement(
                OcspStatement.Answer.NOTHING, "the certificate is trusted without an issuer")
            : OcspStatement.of(staple, leaf, path.get(1), now);
    switch (statement.answer()) {
      case GOOD -> {}
      case REVOKED ->
          throw new CertificatePathException(
              ErrorCode.CERTIFICATE_REVOKED,
              "The certificate of "
                  + host
                  + " ("
                  + Subjects.of(leaf)
                  + ") is revoked "
                  + statement.words()
                  + ". Its authority says so in the OCSP response that the broker sent. The broker"
                  + " needs a new certificate and a new key; until then nobody should connect.",
              Reason.REVOKED,
              null);
      case NOTHING -> {
        if (must) {
          throw refusal(
              ErrorCode.STAPLE_NOT_GOOD,
              "The OCSP response of "
                  + host
                  + " vouches for nothing: "
                  + statement.words()
                  + ". It is required "
                  + (required ? "by this device" : "by the broker's own certificate (RFC 7633)")
                  + ". Check the broker's OCSP stapling, its clock and this device's.");
        }
        Log.TLS.log(
            System.Logger.Level.WARNING,
            "The OCSP response of " + host + " counts as none: " + statement.words());
      }
    }
    return statement;
  }

  private static CertificatePathException refusal(ErrorCode code, String message) {
    return new CertificatePathException(code, message, Reason.NO_GOOD_STAPLE, null);
  }

  /** Whether the certificate is to be believed with a staple only (RFC 7633, section 4). */
  static boolean promises(X509Certificate certificate) {
    byte[] wrapped = certificate.getExtensionValue(TLS_FEATURE);
    if (wrapped == null || wrapped.length < 4 || wrapped[0] != OCTETS || wrapped[2] != SEQUENCE) {
      return false;
    }
    for (int at = 4; at + 2 < wrapped.length; at += 2 + wrapped[at + 1]) {
      if (wrapped[at] != INTEGER || wrapped[at + 1] < 1) {
        return false;
      }
      if (wrapped[at + 1] == 1 && wrapped[at + 2] == STATUS_REQUEST) {
        return true;
      }
    }
    return false;
  }
}
