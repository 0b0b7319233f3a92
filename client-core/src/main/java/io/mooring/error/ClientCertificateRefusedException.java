package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The broker refused this device's certificate, or wanted one and got none. */
public class ClientCertificateRefusedException extends TlsException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ClientCertificateRefusedException(String message, int alert, @Nullable Throwable cause) {
    super(message, alert, cause);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
