package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * A credential of this device cannot be used: wrong form, wrong salt or count for the broker,
 * destroyed.
 */
public class CredentialException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public CredentialException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public CredentialException(String message) {
    super(message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
