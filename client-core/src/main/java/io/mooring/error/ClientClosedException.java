package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The client was closed while the operation was waiting. */
public class ClientClosedException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ClientClosedException(String message, @Nullable Throwable cause) {
    super(ErrorCode.CLIENT_CLOSED, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ClientClosedException(String message) {
    super(ErrorCode.CLIENT_CLOSED, message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
