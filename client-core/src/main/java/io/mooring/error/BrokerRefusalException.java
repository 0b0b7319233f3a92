package io.mooring.error;

import io.mooring.ReasonCode;
import org.jspecify.annotations.Nullable;

/** The broker refused the connection: CONNACK of 0x80 or more, or DISCONNECT before CONNACK. */
public class BrokerRefusalException extends MooringException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reasonCode;
  private final @Nullable String serverReference;

  /** Makes the error; {@code serverReference} as the broker gave it, or null. */
  public BrokerRefusalException(
      String message, ReasonCode reasonCode, @Nullable String serverReference) {
    super(message, null);
    this.reasonCode = reasonCode;
    this.serverReference = serverReference;
  }

  /** The broker's Reason Code. */
  public ReasonCode reasonCode() {
    return reasonCode;
  }

  /** Server Reference: where the broker sends us instead, or null (MQTT 5, section 4.11). */
  public @Nullable String serverReference() {
    return serverReference;
  }

  /** True for reasons that pass: unavailable, busy, shutting down, quota, rate, another server. */
  @Override
  public boolean retryable() {
    return switch (reasonCode) {
      case UNSPECIFIED_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          SERVER_UNAVAILABLE,
          SERVER_BUSY,
          SERVER_SHUTTING_DOWN,
          QUOTA_EXCEEDED,
          USE_ANOTHER_SERVER,
          CONNECTION_RATE_EXCEEDED ->
          true;
      default -> false;
    };
  }
}
