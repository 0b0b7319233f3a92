package io.mooring.internal.tls;

import io.mooring.error.CertificatePathException;
import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.TlsException;
import java.util.Set;
import org.bouncycastle.tls.AlertDescription;
import org.jspecify.annotations.Nullable;

/** TLS alerts (RFC 8446, section 6) turned into what happened, the evidence, and what to do. */
final class Alerts {
  /** What servers say about a client certificate they do not like, or miss. */
  private static final Set<Short> ABOUT_OUR_CERTIFICATE =
      Set.of(
          AlertDescription.bad_certificate,
          AlertDescription.unsupported_certificate,
          AlertDescription.certificate_revoked,
          AlertDescription.certificate_expired,
          AlertDescription.certificate_unknown,
          AlertDescription.unknown_ca,
          AlertDescription.access_denied,
          AlertDescription.decrypt_error,
          AlertDescription.certificate_required);

  private Alerts() {}

  /** The alert that tells the broker why we refuse it. */
  static short forRefusal(MooringException reason) {
    if (reason instanceof CertificatePathException path) {
      return switch (path.reason()) {
        case UNKNOWN_AUTHORITY -> AlertDescription.unknown_ca;
        case EXPIRED, NOT_YET_VALID, CLOCK_NOT_SET -> AlertDescription.certificate_expired;
        case WRONG_USAGE -> AlertDescription.unsupported_certificate;
        case WEAK_ALGORITHM, INVALID -> AlertDescription.bad_certificate;
        case REVOKED -> AlertDescription.certificate_revoked;
        case NO_GOOD_STAPLE -> AlertDescription.bad_certificate_status_response;
      };
    }
    return AlertDescription.bad_certificate;
  }

  /**
   * A fatal alert from the broker.
   *
   * @param requested whether the broker had asked for a client certificate, and has not yet shown
   *     by application data that it is content
   * @param answered whether there was one to answer with
   */
  static TlsException received(
      short alert, String peer, boolean requested, boolean answered, @Nullable Throwable cause) {
    String evidence = "alert " + AlertDescription.getText(alert) + " from " + peer;
    if (requested && isAboutOurCertificate(alert, answered)) {
      return new ClientCertificateRefusedException(
          certificateCode(alert, answered),
          answered
              ? "The broker refused this device's certificate: "
                  + evidence
                  + ". "
                  + certificateAdvice(alert)
              : "The broker wants a client certificate and this device has none: "
                  + evidence
                  + ". Configure a device identity (keystore, or certificate and key).",
          alert,
          cause);
    }
    return new TlsException(
        code(alert), "The broker ended TLS: " + evidence + ". " + advice(alert), alert, cause);
  }

  /** A fault that we found in what the broker sent. */
  static TlsException raised(short alert, String detail, String peer, @Nullable Throwable cause) {
    String evidence =
        AlertDescription.getText(alert)
            + (detail.isEmpty() ? "" : ", " + Subjects.printable(detail));
    return new TlsException(
        raisedCode(alert),
        "TLS with " + peer + " failed: " + evidence + ". " + raisedAdvice(alert),
        cause);
  }

  private static boolean isAboutOurCertificate(short alert, boolean answered) {
    // TLS 1.2 servers say handshake_failure when they wanted a certificate and got none.
    return ABOUT_OUR_CERTIFICATE.contains(alert)
        || (!answered && alert == AlertDescription.handshake_failure);
  }

  private static ErrorCode certificateCode(short alert, boolean answered) {
    if (!answered) {
      return ErrorCode.CLIENT_CERTIFICATE_REQUIRED;
    }
    return switch (alert) {
      case AlertDescription.unknown_ca -> ErrorCode.CLIENT_CERTIFICATE_UNKNOWN_CA;
      case AlertDescription.certificate_expired -> ErrorCode.CLIENT_CERTIFICATE_EXPIRED;
      case AlertDescription.certificate_revoked -> ErrorCode.CLIENT_CERTIFICATE_REVOKED;
      case AlertDescription.decrypt_error -> ErrorCode.CLIENT_CERTIFICATE_KEY_WRONG;
      default -> ErrorCode.CLIENT_CERTIFICATE_REFUSED;
    };
  }

  private static String certificateAdvice(short alert) {
    return switch (alert) {
      case AlertDescription.unknown_ca ->
          "It does not know the issuer: add the issuer to the broker's client CAs, or the"
              + " intermediate certificates to the device's chain.";
      case AlertDescription.certificate_expired ->
          "It is expired, or not yet valid by the broker's clock: renew it.";
      case AlertDescription.certificate_revoked -> "It is revoked: enrol the device anew.";
      case AlertDescription.unsupported_certificate ->
          "The broker does not take its kind: check key type and Extended Key Usage clientAuth.";
      case AlertDescription.decrypt_error ->
          "The signature did not verify: the private key does not belong to the certificate.";
      default -> "See the broker's log, and check chain, dates and usage of the certificate.";
    };
  }

  private static ErrorCode code(short alert) {
    return switch (alert) {
      case AlertDescription.protocol_version -> ErrorCode.TLS_VERSION;
      case AlertDescription.handshake_failure, AlertDescription.insufficient_security ->
          ErrorCode.NO_COMMON_SUITE;
      case AlertDescription.unrecognized_name -> ErrorCode.NAME_NOT_SERVED;
      case AlertDescription.no_application_protocol -> ErrorCode.NO_COMMON_ALPN;
      default -> ErrorCode.ALERT_RECEIVED;
    };
  }

  private static String advice(short alert) {
    return switch (alert) {
      case AlertDescription.protocol_version ->
          "It speaks neither TLS 1.3 nor TLS 1.2, or not the minimum version configured. Enable TLS"
              + " 1.2 or 1.3 on the broker; older versions are broken.";
      case AlertDescription.handshake_failure, AlertDescription.insufficient_security ->
          "It shares no cipher suite, group or signature algorithm with this client, which offers"
              + " ECDHE with AES-GCM or ChaCha20-Poly1305 only. Enable one of those on the broker.";
      case AlertDescription.unrecognized_name ->
          "It does not serve this host name. Check the endpoint.";
      case AlertDescription.no_application_protocol ->
          "It takes none of the ALPN protocols offered. Check TlsPolicy.alpn.";
      case AlertDescription.internal_error -> "See the broker's log.";
      default -> "See the broker's log for the reason.";
    };
  }

  private static ErrorCode raisedCode(short alert) {
    return switch (alert) {
      case AlertDescription.protocol_version -> ErrorCode.TLS_VERSION;
      case AlertDescription.bad_record_mac, AlertDescription.record_overflow ->
          ErrorCode.RECORD_DAMAGED;
      case AlertDescription.decrypt_error -> ErrorCode.SERVER_KEY_WRONG;
      case AlertDescription.internal_error -> ErrorCode.TLS;
      default -> ErrorCode.TLS_RULES_BROKEN;
    };
  }

  private static String raisedAdvice(short alert) {
    return switch (alert) {
      case AlertDescription.protocol_version ->
          "The broker chose a version that was not offered. Enable TLS 1.2 or 1.3 on it.";
      case AlertDescription.bad_record_mac ->
          "A record was altered or damaged on its way. Look at the network between the two;"
              + " reconnect.";
      case AlertDescription.decrypt_error ->
          "The broker's signature or Finished is wrong: it does not hold the key of its certificate,"
              + " or the handshake was altered. Treat this as interception if it repeats.";
      case AlertDescription.record_overflow ->
          "A record is longer than TLS allows. What listens there is not a sound TLS server.";
      case AlertDescription.internal_error ->
          "The fault may be on this side: keep the cause of this exception for a report.";
      default -> "The broker broke the rules of TLS. See its log; try another TLS version on it.";
    };
  }
}
