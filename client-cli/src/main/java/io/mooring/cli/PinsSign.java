package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.keystore.PinSetDocument;
import io.mooring.tls.SpkiPin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring pins sign}. */
@Command(
    name = "sign",
    description =
        "Makes a signed pin set for a coming broker key, at the operator's desk. Deliver it to the"
            + " devices by any way; it needs no secrecy. Format: docs/PIN-SET-FORMAT.md.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsSign implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--broker",
      required = true,
      paramLabel = "mqtts://HOST[:PORT]",
      description = "The broker that the pins are for; its host goes into the pin set.")
  private @Nullable Endpoint broker;

  @Option(
      names = "--pin",
      required = true,
      paramLabel = "sha256/...",
      description = "The pin of the coming key, its backup, and any more: at least two.")
  private List<SpkiPin> pins = new ArrayList<>();

  @Option(
      names = "--counter",
      required = true,
      paramLabel = "N",
      description = "1 or more, above that of every pin set signed before for this broker.")
  private long counter;

  @Option(
      names = "--valid-days",
      paramLabel = "N",
      description = "For how many days from now devices may accept it: 1 to 3650. Default: 90.")
  private int validDays = 90;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "A certificate of the signing key in PEM; a self-signed one will do.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The signing key in PEM, readable by its owner only.")
  private @Nullable Path key;

  @Option(
      names = "--key-password-file",
      paramLabel = "FILE",
      description = "The password of an encrypted --key. Default: it is not encrypted.")
  private @Nullable Path keyPasswordFile;

  @Mixin private final TokenOptions token = new TokenOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where to write it. A file that is there is not overwritten.")
  private Path out = Path.of("");

  @Mixin private final JsonOption json = new JsonOption();

  PinsSign(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (validDays < 1 || validDays > 3650) {
      throw new UsageException("--valid-days is 1 to 3650; got " + validDays);
    }
    Endpoint endpoint = broker;
    if (endpoint == null) {
      throw new IllegalStateException("picocli requires --broker");
    }
    Instant now = Instant.now();
    PinSetDocument document =
        new Signer("--cert", certificate, "--key", key, keyPasswordFile, token)
            .use(
                terminal,
                signer ->
                    UsageException.parse(
                        "--pin, --counter",
                        () ->
                            PinSetDocument.sign(
                                endpoint.host(),
                                new LinkedHashSet<>(pins),
                                counter,
                                now,
                                now.plus(Duration.ofDays(validDays)),
                                signer)));
    WholeFile.create(out, document.encoded());
    json.done(
        terminal,
        Json.object().put("file", out.toString()).putAll(PinsShow.json(document)),
        "made "
            + out
            + ", signed by "
            + document.signer()
            + "; devices that name this signer accept it until "
            + document.notAfter());
    return ExitCode.DONE.code();
  }
}
