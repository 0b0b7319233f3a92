package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** A message was not delivered. It is not sent again. */
public class PublishException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public PublishException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public PublishException(String message) {
    super(message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
