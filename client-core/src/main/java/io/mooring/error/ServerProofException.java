package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * The broker did not prove that it knows this device's credential. While connecting it was sent no
 * more than CONNECT and AUTH; CONNECT holds the Will and the User Properties, if there are any.
 */
public class ServerProofException extends MooringException {
  private static final long serialVersionUID = 1L;

  /** Makes the error of that code; the message: what happened, evidence, what to do. */
  public ServerProofException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ServerProofException(String message, @Nullable Throwable cause) {
    super(ErrorCode.SERVER_PROOF, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public ServerProofException(String message) {
    super(ErrorCode.SERVER_PROOF, message, null);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}
