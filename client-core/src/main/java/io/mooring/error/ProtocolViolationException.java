package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The broker broke the MQTT 5 protocol; the connection was ended with the reason code that says so. */
public class ProtocolViolationException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ProtocolViolationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ProtocolViolationException(String message) {
    super(message, null);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
