package io.mooring.error;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * TLS could not be set up: no common version or suite, an alert, a peer that does not speak TLS,
 * damaged records.
 */
public class TlsException extends MooringException {
  private static final long serialVersionUID = 1L;
  private static final int NO_ALERT = -1;

  private final int alert;

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public TlsException(String message, @Nullable Throwable cause) {
    this(ErrorCode.TLS, message, cause);
  }

  /** Makes the error with a message of the form: what happened, evidence, what to do. */
  public TlsException(String message) {
    this(ErrorCode.TLS, message, null);
  }

  /** Makes the error of that code; the message: what happened, evidence, what to do. */
  public TlsException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
    this.alert = NO_ALERT;
  }

  /** Makes the error of a fatal alert that the broker sent. */
  public TlsException(ErrorCode code, String message, int alert, @Nullable Throwable cause) {
    super(code, message, cause);
    this.alert = alert;
  }

  /** The number of the fatal alert that the broker sent (RFC 8446, section 6), if it sent one. */
  public OptionalInt alert() {
    return alert == NO_ALERT ? OptionalInt.empty() : OptionalInt.of(alert);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
