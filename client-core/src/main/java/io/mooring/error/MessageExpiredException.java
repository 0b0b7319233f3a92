package io.mooring.error;

/**
 * A message waited longer than its Message Expiry Interval; it was not sent (MQTT 5, section
 * 3.3.2.3.3).
 */
public final class MessageExpiredException extends PublishException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public MessageExpiredException(String message) {
    super(ErrorCode.MESSAGE_EXPIRED, message, null);
  }
}
