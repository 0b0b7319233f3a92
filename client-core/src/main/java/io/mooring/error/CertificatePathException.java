package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * No path from the broker's certificate to a trusted anchor, or a certificate on it is outside its
 * dates or its usage.
 */
public class CertificatePathException extends ServerIdentityException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public CertificatePathException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public CertificatePathException(String message) {
    super(message, null);
  }
}
