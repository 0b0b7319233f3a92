package io.mooring.error;

import org.jspecify.annotations.Nullable;

/**
 * What the world does to a client: network, broker, certificate, keystore. Every message says what
 * happened, the evidence, and what to do. Misuse of the API is an {@link IllegalArgumentException}
 * or {@link IllegalStateException} instead.
 */
public abstract class MooringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected MooringException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * True if the same attempt may succeed later without anybody changing anything. False for what no
   * retry cures: a pin mismatch, a wrong server signature, bad credentials.
   */
  public abstract boolean retryable();
}
