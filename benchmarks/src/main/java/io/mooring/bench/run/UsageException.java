package io.mooring.bench.run;

/** The command line is not understood; the message says which option, and what it takes. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
