package io.mooring.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the world does to a client: network, broker, certificate, keystore. Every message says what
 * happened, the evidence, and what to do. Misuse of the API is an {@link IllegalArgumentException}
 * or {@link IllegalStateException} instead.
 *
 * <p>Messages are in English and may change; {@link #code()} does not.
 */
public abstract class MooringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** Makes the error of that code. */
  protected MooringException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** What happened, for programs: stable over versions. docs/ERRORS.md has a paragraph on it. */
  public final ErrorCode code() {
    return code;
  }

  /**
   * True if the same attempt may succeed later without anybody changing anything. False for what no
   * retry cures: a pin mismatch, a wrong server signature, bad credentials.
   */
  public abstract boolean retryable();

  /** Class, code and message, so that logs and stack traces show the code. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // messages are for people, and stay as they are
  public String toString() {
    return getClass().getName() + " [" + code.id() + "]: " + getMessage();
  }
}
