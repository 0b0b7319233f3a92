package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** A subscription or its removal was not carried out. */
public class SubscribeException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error of that code; the message: what happened, evidence, what to do. */
  public SubscribeException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public SubscribeException(String message, @Nullable Throwable cause) {
    super(ErrorCode.SUBSCRIBE, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public SubscribeException(String message) {
    super(ErrorCode.SUBSCRIBE, message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
