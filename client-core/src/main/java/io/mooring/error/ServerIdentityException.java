package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The broker's TLS identity was refused. Nothing was sent to it beyond the handshake. */
public abstract class ServerIdentityException extends TlsException {
  private static final long serialVersionUID = 1L;

  ServerIdentityException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
