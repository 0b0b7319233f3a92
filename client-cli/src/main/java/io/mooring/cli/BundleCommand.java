package io.mooring.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooring bundle}: one file for the factory line. */
@Command(
    name = "bundle",
    description = "Packs all that a device ships with into one file, and unpacks it there.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class BundleCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private BundleCommand() {}

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new BundleCommand())
        .addSubcommand(new BundleMake(terminal))
        .addSubcommand(new BundleShow(terminal))
        .addSubcommand(new BundleInstall(terminal));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: make, show, install");
  }
}
