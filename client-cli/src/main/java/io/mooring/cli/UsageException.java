package io.mooring.cli;

import java.util.function.Supplier;

/** The command line asks for something that cannot be; exit code 2. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  private UsageException(String message, IllegalArgumentException cause) {
    super(message, cause);
  }

  /** What {@code value} makes of an option; the library's refusal of it becomes a usage error. */
  static <T> T parse(String option, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage(), e);
    }
  }
}
