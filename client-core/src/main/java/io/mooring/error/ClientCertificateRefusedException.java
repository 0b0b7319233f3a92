package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The broker refused this device's certificate, or wanted one and got none. */
public class ClientCertificateRefusedException extends TlsException {
  private static final long serialVersionUID = 1L;

  /** Makes the error; {@code alert} is the broker's, as in {@link #alert()}. */
  public ClientCertificateRefusedException(
      ErrorCode code, String message, int alert, @Nullable Throwable cause) {
    super(code, message, alert, cause);
  }

  /** Makes the error of a refusal that no more is known of. */
  public ClientCertificateRefusedException(String message, int alert, @Nullable Throwable cause) {
    this(ErrorCode.CLIENT_CERTIFICATE_REFUSED, message, alert, cause);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
