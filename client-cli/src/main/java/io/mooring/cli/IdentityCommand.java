package io.mooring.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooring identity}: what a device is. */
@Command(
    name = "identity",
    description = "Shows what a device proves itself with and whom it believes.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class IdentityCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private IdentityCommand() {}

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new IdentityCommand()).addSubcommand(new IdentityShow(terminal));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: show");
  }
}
