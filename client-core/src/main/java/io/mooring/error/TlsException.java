package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * TLS could not be set up: no common version or suite, an alert, a peer that does not speak TLS,
 * damaged records.
 */
public class TlsException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public TlsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public TlsException(String message) {
    super(message, null);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
