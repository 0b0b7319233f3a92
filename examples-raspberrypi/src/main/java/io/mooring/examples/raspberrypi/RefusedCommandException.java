package io.mooring.examples.raspberrypi;

/** A command that is unknown or malformed, and was not obeyed. */
final class RefusedCommandException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedCommandException(String message) {
    super(message);
  }
}
