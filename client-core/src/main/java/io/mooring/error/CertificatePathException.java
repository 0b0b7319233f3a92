package io.mooring.error;

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
    UNKNOWN_AUTHORITY,
    /** A certificate's last day is over. */
    EXPIRED,
    /** A certificate's first day has not come, and this device's clock is plausible. */
    NOT_YET_VALID,
    /** A certificate's first day has not come, by a clock that stands before the SDK was built. */
    CLOCK_NOT_SET,
    /** The certificate is not meant for a TLS server. */
    WRONG_USAGE,
    /** A key or signature algorithm on the path is too weak. */
    WEAK_ALGORITHM,
    /** Anything else that PKIX refuses. */
    INVALID
  }

  private final Reason reason;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public CertificatePathException(String message, Reason reason, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why the path was refused. */
  public Reason reason() {
    return reason;
  }

  /** True only for a clock that is not set yet: it may be, by the time of the next attempt. */
  @Override
  public boolean retryable() {
    return reason == Reason.CLOCK_NOT_SET;
  }
}
