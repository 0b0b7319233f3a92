package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.keystore.PemIdentity;
import io.mooring.tls.SpkiPin;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mooring pin}. */
@Command(
    name = "pin",
    description = "Prints the pins of a certificate and its chain, with subject and expiry.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "For --from: the whole conversation. Default: 10.")
  private Duration timeout = Duration.ofSeconds(10);

  PinCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Exactly one of them. */
  static final class Source {
    @Option(
        names = "--cert",
        paramLabel = "FILE",
        description = "The certificates of a PEM file, in its order.")
    @Nullable Path certificate;

    @Option(
        names = "--from",
        paramLabel = "HOST:PORT",
        description =
            "What a server presents right now. Nothing of it is verified: compare it out of band"
                + " before you pin it.")
    @Nullable String server;
  }

  @Override
  public Integer call() {
    Path file = source.certificate;
    String server = source.server;
    if (file != null) {
      print(PemIdentity.certificates(file));
    } else if (server != null) {
      Endpoint endpoint = UsageException.parse("--from", () -> endpoint(server));
      List<X509Certificate> chain = PresentedChain.fetch(endpoint, timeout);
      terminal.say(
          "UNVERIFIED: this is what answered at "
              + endpoint.host()
              + " port "
              + endpoint.port()
              + ", broker or interceptor. Compare a pin with the broker's operator over another"
              + " channel before you use it.");
      print(chain);
    }
    return ExitCode.DONE.code();
  }

  private void print(List<X509Certificate> certificates) {
    for (X509Certificate certificate : certificates) {
      terminal.result(line(certificate));
    }
  }

  /** The pin first, so that it can be cut off at the blanks. */
  static String line(X509Certificate certificate) {
    return SpkiPin.of(certificate)
        + "  "
        + certificate.getSubjectX500Principal().getName()
        + "  "
        + certificate.getNotAfter().toInstant();
  }

  private static Endpoint endpoint(String server) {
    return Endpoint.parse(server.contains("://") ? server : "mqtts://" + server);
  }
}
