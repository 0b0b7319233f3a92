package io.mooring.error;

/**
 * A fault of Mooring itself, kept from spreading to other clients. Please report it with its cause.
 */
public final class InternalFaultException extends MooringException {
  private static final long serialVersionUID = 1L;

  private InternalFaultException(String message, Throwable cause) {
    super(ErrorCode.INTERNAL_FAULT, message, cause);
  }

  /** Wraps what should not have happened. */
  public static InternalFaultException of(Throwable cause) {
    return new InternalFaultException(
        "A fault inside Mooring ended this connection: "
            + cause
            + ". Messages stay queued. Please report it with the stack trace.",
        cause);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
