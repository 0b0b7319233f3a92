package io.mooring.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooring outbox}: looks into the folder where {@code pub --outbox} keeps messages. */
@Command(
    name = "outbox",
    description = "Shows and verifies what an outbox on disk holds; changes nothing.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class OutboxCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private OutboxCommand() {}

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new OutboxCommand())
        .addSubcommand(new OutboxShow(terminal))
        .addSubcommand(new OutboxCheck(terminal));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: show or check");
  }
}
