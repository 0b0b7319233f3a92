package io.mooring.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooring pins}: the keys that a device takes its broker to have. */
@Command(
    name = "pins",
    description =
        "Shows, checks and changes the pins of a device, so that it cannot lock itself out.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private PinsCommand() {}

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new PinsCommand())
        .addSubcommand(new PinsShow(terminal))
        .addSubcommand(new PinsCheck(terminal))
        .addSubcommand(new PinsAdd(terminal))
        .addSubcommand(new PinsRemove(terminal))
        .addSubcommand(new PinsSigner(terminal))
        .addSubcommand(new PinsSign(terminal))
        .addSubcommand(new PinsStage(terminal))
        .addSubcommand(new PinsPromote(terminal))
        .addSubcommand(new PinsRollback(terminal))
        .addSubcommand(new PinsDiscard(terminal));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command: " + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}
