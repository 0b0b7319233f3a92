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
    super(message, cause);
    this.reasonCode = null;
    this.serverReference = null;
  }

  /** The broker's DISCONNECT; {@code serverReference} as it gave it, or null. */
  public ConnectionLostException(
      String message, ReasonCode reasonCode, @Nullable String serverReference) {
    super(message, null);
    this.reasonCode = reasonCode;
    this.serverReference = serverReference;
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
