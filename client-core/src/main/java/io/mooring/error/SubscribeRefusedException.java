package io.mooring.error;

import io.mooring.ReasonCode;

/** The broker refused this subscription: SUBACK or UNSUBACK of 0x80 or more. */
public final class SubscribeRefusedException extends SubscribeException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reasonCode;

  /** Makes the error from the broker's Reason Code. */
  public SubscribeRefusedException(String message, ReasonCode reasonCode) {
    super(
        reasonCode == ReasonCode.NOT_AUTHORIZED
            ? ErrorCode.SUBSCRIBE_NOT_PERMITTED
            : ErrorCode.SUBSCRIBE_REFUSED,
        message,
        null);
    this.reasonCode = reasonCode;
  }

  /** The broker's Reason Code, 0x80 or more. */
  public ReasonCode reasonCode() {
    return reasonCode;
  }
}
