package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The bounded queue of accepted messages is full; the message was not accepted. */
public class QueueFullException extends PublishException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public QueueFullException(String message, @Nullable Throwable cause) {
    super(ErrorCode.QUEUE_FULL, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public QueueFullException(String message) {
    super(ErrorCode.QUEUE_FULL, message, null);
  }
}
