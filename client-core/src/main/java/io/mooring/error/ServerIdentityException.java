package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The broker's TLS identity was refused. Nothing was sent to it beyond the handshake. */
public class ServerIdentityException extends TlsException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ServerIdentityException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ServerIdentityException(String message) {
    super(message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
