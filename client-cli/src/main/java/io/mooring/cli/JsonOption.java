package io.mooring.cli;

import picocli.CommandLine.Option;

/** {@code --json}: the result as one JSON object on one line of standard output. */
final class JsonOption {
  @Option(
      names = "--json",
      description = "Print the result as one JSON object on one line of standard output.")
  boolean wanted;

  /** Prints the object if it is wanted, else says {@code text} on standard error. */
  void done(Terminal terminal, Json object, String text) {
    if (wanted) {
      terminal.result(object.toString());
    } else {
      terminal.say(text);
    }
  }
}
