package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * A credential of this device cannot be used: wrong form, wrong salt or count for the broker,
 * destroyed.
 */
public class CredentialException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error of that code; the message: what happened, evidence, what to do. */
  public CredentialException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public CredentialException(String message, @Nullable Throwable cause) {
    super(ErrorCode.CREDENTIAL, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public CredentialException(String message) {
    super(ErrorCode.CREDENTIAL, message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
