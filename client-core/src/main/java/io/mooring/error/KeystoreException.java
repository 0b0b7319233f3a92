package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * A keystore, PEM file or token cannot be used: missing, unreadable, too open, wrong password,
 * damaged.
 */
public class KeystoreException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error of that code; the message: what happened, evidence, what to do. */
  public KeystoreException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public KeystoreException(String message, @Nullable Throwable cause) {
    super(ErrorCode.KEY_FILE, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public KeystoreException(String message) {
    super(ErrorCode.KEY_FILE, message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
