package io.mooring.cli;

/** Standard output takes nothing more. */
final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputException() {
    super("Standard output was closed or is full; what came after that is lost.");
  }
}
