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
        .addSubcommand(new KeystorePutScram(terminal))
        .addSubcommand(new KeystorePutCert(terminal))
        .addSubcommand(new KeystorePutPin(terminal))
        .addSubcommand(new KeystorePutCa(terminal))
        .addSubcommand(new KeystoreRemove(terminal));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command: init, show, put-scram, put-cert, put-pin, put-ca or remove");
  }
}
