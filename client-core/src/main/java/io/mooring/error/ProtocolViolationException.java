package io.mooring.error;

import io.mooring.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * The broker broke the MQTT 5 protocol; the connection was ended with the Reason Code that says so.
 */
public class ProtocolViolationException extends MooringException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reasonCode;

  /** Makes the error; {@code reasonCode} is what our DISCONNECT carried (0x81, 0x82, 0x93, ...). */
  public ProtocolViolationException(
      String message, ReasonCode reasonCode, @Nullable Throwable cause) {
    super(ErrorCode.PROTOCOL_VIOLATION, message, cause);
    this.reasonCode = reasonCode;
  }

  /** The Reason Code of our DISCONNECT. */
  public ReasonCode reasonCode() {
    return reasonCode;
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
