package io.mooring.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooring keystore}: makes the PKCS#12 file that a device ships with. */
@Command(
    name = "keystore",
    description = "Makes, shows and changes the PKCS#12 file that a device ships with.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class KeystoreCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private KeystoreCommand() {}

  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new KeystoreCommand())
        .addSubcommand(new KeystoreInit(terminal))
        .addSubcommand(new KeystoreShow(terminal))
        .addSubcommand(new PutScram(terminal))
        .addSubcommand(new KeystorePutCert(terminal))
        .addSubcommand(putPin(terminal))
        .addSubcommand(new KeystorePutCa(terminal))
        .addSubcommand(new KeystorePutOutboxKey(terminal))
        .addSubcommand(new KeystoreRemove(terminal));
  }

  /** What {@code pins add} does, under the name that it has among the parts of a keystore. */
  private static CommandLine putPin(Terminal terminal) {
    CommandLine command = new CommandLine(new PinsAdd(terminal));
    command.getCommandSpec().name("put-pin");
    return command;
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command: " + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}
