package io.mooring.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooring token}: what is in a PKCS#11 token. */
@Command(
    name = "token",
    description = "Shows and deletes what is in a PKCS#11 token.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class TokenCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private TokenCommand() {}

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new TokenCommand())
        .addSubcommand(new TokenShow(terminal))
        .addSubcommand(new TokenDelete(terminal));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: show or delete");
  }
}
