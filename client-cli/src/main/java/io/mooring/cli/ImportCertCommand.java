package io.mooring.cli;

import io.mooring.enrol.CertificateBundle;
import io.mooring.enrol.Enrolment;
import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.keystore.PemIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring import-cert}. */
@Command(
    name = "import-cert",
    description =
        "Checks a certificate that was issued for a request of this device (key, chain, dates,"
            + " usage), and puts it with its key in the place of the identity in use.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class ImportCertCommand implements Callable<Integer> {
  private static final int MAX_BYTES = 1024 * 1024;

  private final Terminal terminal;

  @Mixin private final StoreOptions options = new StoreOptions();

  @Option(
      names = "--cert",
      required = true,
      paramLabel = "FILE",
      description =
          "The certificate and those that issued it, in any order: PEM, PKCS#7 or DER; - for"
              + " standard input.")
  private Path certificates = Path.of("");

  @Option(
      names = "--issuer-ca",
      paramLabel = "FILE",
      description =
          "PEM file of the authority that issues for this device, to hold the chain against."
              + " Default: a chain that stops short of its root passes with a warning.")
  private @Nullable Path authority;

  @Mixin private final JsonOption json = new JsonOption();

  ImportCertCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (Passwords.isStandardInput(certificates) && options.readsStandardInput()) {
      throw new UsageException(
          "Standard input cannot hold both a password or PIN and the certificate");
    }
    List<X509Certificate> answer = CertificateBundle.read(bytes(), "--cert " + certificates);
    List<X509Certificate> authorities =
        authority == null ? List.of() : PemIdentity.certificates(authority);
    return options.with(
        terminal,
        store -> {
          Enrolment.Result result =
              Enrolment.in(store).take(answer, authorities, Enrolment.Trial.NONE);
          EnrolmentReport.print(terminal, json, options, result);
          return ExitCode.DONE.code();
        });
  }

  private byte[] bytes() {
    if (!Passwords.isStandardInput(certificates)) {
      return WholeFile.read("Certificate file", certificates, MAX_BYTES);
    }
    try {
      return terminal.in().readNBytes(MAX_BYTES);
    } catch (IOException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NO_ACCESS, "--cert -: standard input cannot be read: " + e + ".", e);
    }
  }
}
