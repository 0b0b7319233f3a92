package io.mooring.error;

import io.mooring.ReasonCode;
import org.jspecify.annotations.Nullable;

/** The broker refused the connection: CONNACK of 0x80 or more, or DISCONNECT before CONNACK. */
public class BrokerRefusalException extends MooringException {
  private static final long serialVersionUID = 1L;

  private final ReasonCode reasonCode;
  private final @Nullable String reasonString;
  private final @Nullable String serverReference;

  /** Makes the error; {@code serverReference} as the broker gave it, or null. */
  public BrokerRefusalException(
      String message, ReasonCode reasonCode, @Nullable String serverReference) {
    this(message, reasonCode, null, serverReference);
  }

  /** Makes the error; Reason String and Server Reference as the broker gave them, or null. */
  public BrokerRefusalException(
      String message,
      ReasonCode reasonCode,
      @Nullable String reasonString,
      @Nullable String serverReference) {
    super(codeOf(reasonCode), message, null);
    this.reasonCode = reasonCode;
    this.reasonString = reasonString;
    this.serverReference = serverReference;
  }

  private static ErrorCode codeOf(ReasonCode reason) {
    return switch (reason) {
      case NOT_AUTHORIZED -> ErrorCode.NOT_AUTHORIZED;
      case BAD_USER_NAME_OR_PASSWORD -> ErrorCode.BAD_USER_NAME_OR_PASSWORD;
      case BAD_AUTHENTICATION_METHOD -> ErrorCode.BAD_AUTHENTICATION_METHOD;
      case BANNED -> ErrorCode.BANNED;
      case UNSUPPORTED_PROTOCOL_VERSION -> ErrorCode.MQTT_VERSION;
      case CLIENT_IDENTIFIER_NOT_VALID -> ErrorCode.CLIENT_IDENTIFIER;
      case SERVER_UNAVAILABLE,
          SERVER_BUSY,
          SERVER_SHUTTING_DOWN,
          QUOTA_EXCEEDED,
          CONNECTION_RATE_EXCEEDED ->
          ErrorCode.BROKER_BUSY;
      case USE_ANOTHER_SERVER, SERVER_MOVED -> ErrorCode.OTHER_SERVER;
      case PACKET_TOO_LARGE,
          TOPIC_NAME_INVALID,
          PAYLOAD_FORMAT_INVALID,
          RETAIN_NOT_SUPPORTED,
          QOS_NOT_SUPPORTED ->
          ErrorCode.CONNECT_NOT_ACCEPTED;
      default -> ErrorCode.CONNECTION_REFUSED_BY_BROKER;
    };
  }

  /** The broker's Reason Code. */
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
