package io.mooring.error;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * No path from the broker's certificate to a trusted anchor, or a certificate on it is outside its
 * dates or its usage.
 */
public class CertificatePathException extends ServerIdentityException {
  private static final long serialVersionUID = 1L;

  /** Why a path was refused. */
  public enum Reason {
    /** No path leads to a trusted anchor. */
    UNKNOWN_AUTHORITY(ErrorCode.UNKNOWN_AUTHORITY),
    /** A certificate's last day is over. */
    EXPIRED(ErrorCode.CERTIFICATE_EXPIRED),
    /** A certificate's first day has not come, and this device's clock is plausible. */
    NOT_YET_VALID(ErrorCode.CERTIFICATE_NOT_YET_VALID),
    /** A certificate's first day has not come, by a clock that stands before the SDK was built. */
    CLOCK_NOT_SET(ErrorCode.CLOCK_NOT_SET),
    /** The certificate is not meant for a TLS server. */
    WRONG_USAGE(ErrorCode.CERTIFICATE_WRONG_USAGE),
    /** A key or signature algorithm on the path is too weak. */
    WEAK_ALGORITHM(ErrorCode.CERTIFICATE_WEAK),
    /** The certificate is revoked. */
    REVOKED(ErrorCode.CERTIFICATE_REVOKED),
    /** A good OCSP response is required, and there is none. */
    NO_GOOD_STAPLE(ErrorCode.STAPLE_MISSING),
    /** Anything else that PKIX refuses. */
    INVALID(ErrorCode.CERTIFICATE_PATH_INVALID);

    private final ErrorCode code;

    Reason(ErrorCode code) {
      this.code = code;
    }
  }

  private final Reason reason;
  private final @Nullable Instant limit;
  private final @Nullable Instant deviceTime;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public CertificatePathException(String message, Reason reason, @Nullable Throwable cause) {
    this(reason.code, message, reason, cause);
  }

  /** Makes the error of a code that says more than the reason does. */
  public CertificatePathException(
      ErrorCode code, String message, Reason reason, @Nullable Throwable cause) {
    super(code, message, cause);
    this.reason = reason;
    this.limit = null;
    this.deviceTime = null;
  }

  /** Makes the error of a certificate outside its dates. */
  public CertificatePathException(
      String message, Reason reason, Instant limit, Instant deviceTime) {
    super(reason.code, message, null);
    this.reason = reason;
    this.limit = limit;
    this.deviceTime = deviceTime;
  }

  /** Why the path was refused. */
  public Reason reason() {
    return reason;
  }

  /** The first or last moment of the certificate that was not kept to, or null. */
  public @Nullable Instant limit() {
    return limit;
  }

  /** What this device's clock said, where dates are the reason, or null. */
  public @Nullable Instant deviceTime() {
    return deviceTime;
  }

  /** True only for a clock that is not set yet: it may be, by the time of the next attempt. */
  @Override
  public boolean retryable() {
    return reason == Reason.CLOCK_NOT_SET;
  }
}
