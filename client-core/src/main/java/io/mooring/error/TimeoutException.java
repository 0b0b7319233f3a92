package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** A deadline passed; the message names the phase that was reached. */
public class TimeoutException extends NetworkException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public TimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public TimeoutException(String message) {
    super(message, null);
  }
}
