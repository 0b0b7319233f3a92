package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * A keystore, PEM file or token cannot be used: missing, unreadable, too open, wrong password,
 * damaged.
 */
public class KeystoreException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public KeystoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public KeystoreException(String message) {
    super(message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
