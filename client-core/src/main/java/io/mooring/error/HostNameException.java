package io.mooring.error;

import org.jspecify.annotations.Nullable;

/** The broker's certificate is not for the host that was dialled. */
public class HostNameException extends ServerIdentityException {
  private static final long serialVersionUID = 1L;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public HostNameException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public HostNameException(String message) {
    super(message, null);
  }
}
