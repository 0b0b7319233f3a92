package io.mooring.examples.raspberrypi;

import org.jspecify.annotations.Nullable;

/** A command that is unknown, malformed or cannot be done, and was not obeyed. */
final class RefusedCommandException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedCommandException(String message) {
    super(message);
  }

  RefusedCommandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
