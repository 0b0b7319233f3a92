package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** A message was not delivered. It is not sent again. */
public class PublishException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error of that code; the message: what happened, evidence, what to do. */
  public PublishException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public PublishException(String message, @Nullable Throwable cause) {
    super(ErrorCode.PUBLISH, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public PublishException(String message) {
    super(ErrorCode.PUBLISH, message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
