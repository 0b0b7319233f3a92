package io.mooring.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code mooring} command. */
@Command(
    name = "mooring",
    description = "MQTT 5 over TLS for devices: pinned, mutually authenticated, outbound only.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
public final class Mooring implements Runnable {
  static final String EXIT_CODES =
      "%nExit codes: 0 done; 1 a fault of mooring, or standard output is gone; 2 usage; 3 network or"
          + " timeout; 4 TLS failed or the broker's TLS identity was refused; 5 the broker refused"
          + " us; 6 the broker failed to prove itself; 7 a publish or subscribe was refused; 8"
          + " keystore, key or password file; 9 protocol violation by the broker; 10 this process"
          + " listens on a socket; 11 the outbox on disk cannot be used or is damaged.";

  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Mooring(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Shutdown shutdown = new Shutdown();
    Runtime.getRuntime().addShutdownHook(new Thread(shutdown::run, "mooring-shutdown"));
    int code = run(Terminal.ofProcess(), shutdown, arguments);
    shutdown.finished(code);
    System.exit(code == Shutdown.BY_SIGNAL ? ExitCode.FAULT.code() : code);
  }

  /** Runs a command and returns its exit code. */
  static int run(Terminal terminal, Shutdown shutdown, String... arguments) {
    return run(terminal, shutdown, Clock.systemUTC(), arguments);
  }

  /** The same, by a clock of which the doctor is to judge. */
  static int run(Terminal terminal, Shutdown shutdown, Clock clock, String... arguments) {
    StderrLoggers.configure(terminal.err(), false);
    CommandLine line =
        new CommandLine(new Mooring(terminal))
            .addSubcommand(new PubCommand(terminal))
            .addSubcommand(new SubCommand(terminal, shutdown))
            .addSubcommand(OutboxCommand.commandLine(terminal))
            .addSubcommand(new PinCommand(terminal))
            .addSubcommand(new ExplainCommand(terminal))
            .addSubcommand(new DoctorCommand(terminal, clock))
            .addSubcommand(IdentityCommand.commandLine(terminal))
            .addSubcommand(KeystoreCommand.commandLine(terminal))
            .addSubcommand(new PutScram(terminal))
            .addSubcommand(TokenCommand.commandLine(terminal))
            .addSubcommand(PinsCommand.commandLine(terminal))
            .addSubcommand(new KeygenCommand(terminal))
            .addSubcommand(new CsrCommand(terminal))
            .addSubcommand(new ImportCertCommand(terminal))
            .addSubcommand(new EnrolCommand(terminal))
            .addSubcommand(new RenewCommand(terminal))
            .addSubcommand(new CacertsCommand(terminal))
            .addSubcommand(BundleCommand.commandLine(terminal))
            .addSubcommand(new FleetCommand(terminal));
    CommandGroups.of(line)
        .group("Talk to a broker", "pub", "sub")
        .group("Look", "doctor", "outbox", "pin", "identity", "explain")
        .group("Keys and trust of one device", "keystore", "token", "put-scram", "pins")
        .group(
            "Certificate of one device",
            "keygen",
            "csr",
            "import-cert",
            "enrol",
            "renew",
            "cacerts")
        .group("The factory line", "bundle", "fleet")
        .install();
    Converters.register(line);
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
        .setUsageHelpAutoWidth(true)
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(terminal, failure))
        .setParameterExceptionHandler((failure, args) -> usage(terminal, failure));
    int code = line.execute(arguments);
    return terminal.out().checkError() && code == ExitCode.DONE.code()
        ? ExitCode.FAULT.code()
        : code;
  }

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Say on standard error what the connection rests on, and show stack traces.")
  void verbose(boolean wanted) {
    terminal.verbose(wanted);
    StderrLoggers.configure(terminal.err(), wanted);
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command: " + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }

  private static int failed(Terminal terminal, Exception failure) {
    terminal.fail(failure);
    return ExitCode.of(failure).code();
  }

  private static int usage(Terminal terminal, ParameterException failure) {
    terminal.say(withoutValues(failure));
    terminal.say("try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'");
    return ExitCode.USAGE.code();
  }

  /** What follows an option that does not exist may be a password meant for one that does not. */
  private static String withoutValues(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      List<String> options =
          unmatched.getUnmatched().stream()
              .filter(argument -> argument.startsWith("-"))
              .map(argument -> argument.replaceFirst("=.*", ""))
              .toList();
      if (!options.isEmpty()) {
        return options.stream().collect(Collectors.joining(", ", "Unknown option: ", ""));
      }
    }
    return String.valueOf(failure.getMessage());
  }
}
