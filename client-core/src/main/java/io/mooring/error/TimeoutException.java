package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** A deadline passed; the message names the phase that was reached. */
public class TimeoutException extends NetworkException {
  private static final long serialVersionUID = 1L;

  /** Makes the error of that code; the message: what happened, evidence, what to do. */
  public TimeoutException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public TimeoutException(String message, @Nullable Throwable cause) {
    super(ErrorCode.WAIT_TIMED_OUT, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public TimeoutException(String message) {
    super(ErrorCode.WAIT_TIMED_OUT, message, null);
  }
}
