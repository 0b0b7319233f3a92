package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The network failed: name not found, connection refused, reset, no route. */
public class NetworkException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error of that code; the message: what happened, evidence, what to do. */
  public NetworkException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public NetworkException(String message, @Nullable Throwable cause) {
    super(ErrorCode.NETWORK, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public NetworkException(String message) {
    super(ErrorCode.NETWORK, message, null);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
