package io.mooring.cli;

import io.mooring.enrol.CertificateRequest;
import io.mooring.enrol.Enrolment;
import io.mooring.enrol.RequestedNames;
import io.mooring.tls.SpkiPin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring csr}. */
@Command(
    name = "csr",
    description = "Writes a certificate request (PKCS#10, PEM) for the key that keygen made.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class CsrCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final StoreOptions options = new StoreOptions();
  @Mixin private final NameOptions nameOptions = new NameOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the request there. Default: standard output.")
  private @Nullable Path out;

  @Mixin private final JsonOption json = new JsonOption();

  CsrCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    RequestedNames given = nameOptions.given();
    return options.with(
        terminal,
        store -> {
          Enrolment enrolment = Enrolment.in(store);
          RequestedNames names = NameOptions.orCurrent(given, enrolment);
          write(enrolment.request(names), names);
          return ExitCode.DONE.code();
        });
  }

  private void write(CertificateRequest request, RequestedNames names) {
    Path file = out;
    if (file != null) {
      WholeFile.replace(file, request.pem().getBytes(StandardCharsets.US_ASCII));
    }
    if (json.wanted) {
      terminal.result(
          options
              .json()
              .put("subject", names.subject())
              .put("pin", SpkiPin.of(request.publicKey()).toString())
              .put("request", request.pem())
              .putIfPresent("out", file)
              .toString());
    } else if (file == null) {
      request.pem().lines().forEach(terminal::result);
    } else {
      terminal.say("wrote " + file);
    }
  }
}
