package io.mooring.error;

import io.mooring.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * An established connection ended: the link was cut, the keep alive ran out, or the broker sent
 * DISCONNECT. Accepted messages stay queued for the next connection.
 */
public class ConnectionLostException extends NetworkException {
  private static final long serialVersionUID = 1L;

  private final @Nullable ReasonCode reasonCode;
  private final @Nullable String serverReference;

  /** A loss without a DISCONNECT from the broker. */
  public ConnectionLostException(String message, @Nullable Throwable cause) {
    this(ErrorCode.CONNECTION_CUT, message, cause);
  }

  /** A loss without a DISCONNECT from the broker, of that code. */
  public ConnectionLostException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
    this.reasonCode = null;
    this.serverReference = null;
  }

  /** The broker's DISCONNECT; {@code serverReference} as it gave it, or null. */
  public ConnectionLostException(
      String message, ReasonCode reasonCode, @Nullable String serverReference) {
    super(codeOf(reasonCode), message, null);
    this.reasonCode = reasonCode;
    this.serverReference = serverReference;
  }

  private static ErrorCode codeOf(ReasonCode reason) {
    return switch (reason) {
      case SESSION_TAKEN_OVER -> ErrorCode.SESSION_TAKEN_OVER;
      case NOT_AUTHORIZED -> ErrorCode.NOT_AUTHORIZED;
      case BANNED -> ErrorCode.BANNED;
      case USE_ANOTHER_SERVER, SERVER_MOVED -> ErrorCode.OTHER_SERVER;
      case SERVER_BUSY, SERVER_SHUTTING_DOWN, CONNECTION_RATE_EXCEEDED -> ErrorCode.BROKER_BUSY;
      default -> ErrorCode.DISCONNECTED_BY_BROKER;
    };
  }

  /** The Reason Code of the broker's DISCONNECT, or null if it sent none. */
  public @Nullable ReasonCode reasonCode() {
    return reasonCode;
  }

  /** Server Reference of the broker's DISCONNECT, or null (MQTT 5, section 4.11). */
  public @Nullable String serverReference() {
    return serverReference;
  }

  /** False where reconnecting would only repeat it: taken over, not authorized, banned. */
  @Override
  public boolean retryable() {
    return reasonCode != ReasonCode.SESSION_TAKEN_OVER
        && reasonCode != ReasonCode.NOT_AUTHORIZED
        && reasonCode != ReasonCode.BANNED
        && reasonCode != ReasonCode.SERVER_MOVED;
  }
}
