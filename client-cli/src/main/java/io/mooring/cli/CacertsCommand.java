package io.mooring.cli;

import io.mooring.tls.SpkiPin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring cacerts}. */
@Command(
    name = "cacerts",
    description = "Fetches the certificates of the authority behind an EST server, in PEM.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class CacertsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final EstOptions est = new EstOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write them there. Default: standard output.")
  private @Nullable Path out;

  @Mixin private final JsonOption json = new JsonOption();

  CacertsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<X509Certificate> certificates =
        est.with(terminal, (client, proxy) -> client.caCertificates());
    String pem = certificates.stream().map(CacertsCommand::pem).collect(Collectors.joining());
    Path file = out;
    if (file != null) {
      WholeFile.replace(file, pem.getBytes(StandardCharsets.US_ASCII));
    }
    if (json.wanted) {
      terminal.result(
          Json.object()
              .put("certificates", certificates.stream().map(CacertsCommand::json).toList())
              .put("pem", pem)
              .putIfPresent("out", file)
              .toString());
    } else if (file == null) {
      pem.lines().forEach(terminal::result);
    }
    certificates.forEach(certificate -> terminal.say("authority " + PinCommand.line(certificate)));
    return ExitCode.DONE.code();
  }

  private static Json json(X509Certificate certificate) {
    return Json.object()
        .put("subject", certificate.getSubjectX500Principal().getName())
        .put("notAfter", certificate.getNotAfter().toInstant())
        .put("fingerprint", Fingerprints.of(certificate))
        .put("pin", SpkiPin.of(certificate).toString());
  }

  private static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read has an encoding", e);
    }
  }
}
