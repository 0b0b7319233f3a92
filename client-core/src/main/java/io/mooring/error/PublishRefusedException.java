package io.mooring.error;

import io.mooring.ReasonCode;
import org.jspecify.annotations.Nullable;

/** The broker refused this message: PUBACK or PUBREC of 0x80 or more. It is never sent again. */
public final class PublishRefusedException extends PublishException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reasonCode;
  private final @Nullable String reasonString;

  /** Makes the error from the broker's Reason Code; Reason String as it came, or null. */
  public PublishRefusedException(
      String message, ReasonCode reasonCode, @Nullable String reasonString) {
    super(
        reasonCode == ReasonCode.NOT_AUTHORIZED
            ? ErrorCode.PUBLISH_NOT_PERMITTED
            : ErrorCode.PUBLISH_REFUSED,
        message,
        null);
    this.reasonCode = reasonCode;
    this.reasonString = reasonString;
  }

  /** The broker's Reason Code, 0x80 or more. */
  public ReasonCode reasonCode() {
    return reasonCode;
  }

  /**
   * Reason String: what the broker says for people, as it came, or null. Strip control characters
   * before you show it; the message has done so.
   */
  public @Nullable String reasonString() {
    return reasonString;
  }
}
