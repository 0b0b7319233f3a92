package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** A subscription or its removal was not carried out. */
public class SubscribeException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public SubscribeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public SubscribeException(String message) {
    super(message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
