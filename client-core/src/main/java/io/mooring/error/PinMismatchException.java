package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** None of the configured SPKI pins is on the broker's certificate path. */
public class PinMismatchException extends ServerIdentityException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public PinMismatchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public PinMismatchException(String message) {
    super(message, null);
  }
}
