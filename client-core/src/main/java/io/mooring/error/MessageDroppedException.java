package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * A message was dropped because the outbox is full and its {@link io.mooring.outbox.Overflow} says
 * so. It is not sent.
 */
public class MessageDroppedException extends PublishException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public MessageDroppedException(String message, @Nullable Throwable cause) {
    super(ErrorCode.MESSAGE_DROPPED, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public MessageDroppedException(String message) {
    super(ErrorCode.MESSAGE_DROPPED, message, null);
  }
}
