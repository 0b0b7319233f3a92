package io.mooring.error;

import io.mooring.ReasonCode;

/** The broker refused this message: PUBACK or PUBREC of 0x80 or more. It is never sent again. */
public final class PublishRefusedException extends PublishException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reasonCode;

  /** Makes the error from the broker's Reason Code. */
  public PublishRefusedException(String message, ReasonCode reasonCode) {
    super(
        reasonCode == ReasonCode.NOT_AUTHORIZED
            ? ErrorCode.PUBLISH_NOT_PERMITTED
            : ErrorCode.PUBLISH_REFUSED,
        message,
        null);
    this.reasonCode = reasonCode;
  }

  /** The broker's Reason Code, 0x80 or more. */
  public ReasonCode reasonCode() {
    return reasonCode;
  }
}
