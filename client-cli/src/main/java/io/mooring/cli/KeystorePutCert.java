package io.mooring.cli;

import io.mooring.keystore.PemIdentity;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring keystore put-cert}. */
@Command(
    name = "put-cert",
    description = "Puts a client certificate and its key, in place of those in use.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class KeystorePutCert implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--cert",
      required = true,
      paramLabel = "FILE",
      description = "The certificate and those that issued it, in PEM.")
  private Path certificate = Path.of("");

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description = "Its key in PEM, readable by its owner only.")
  private Path key = Path.of("");

  @Option(
      names = "--key-password-file",
      paramLabel = "FILE",
      description = "The password of an encrypted --key. Default: it is not encrypted.")
  private @Nullable Path keyPasswordFile;

  @Mixin private final JsonOption json = new JsonOption();

  KeystorePutCert(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (PemIdentity pem = ClientMaterial.pem(certificate, key, keyPasswordFile, terminal)) {
      pem.warnings().forEach(warning -> terminal.say("warning: " + warning));
      return KeystoreEdit.run(
          terminal,
          options,
          json,
          (file, present) -> {
            if (present.hasIdentity()
                && present.identity().certificateChain().equals(pem.certificateChain())) {
              return null;
            }
            // The one in use first: in a file that openssl made, it lies under another alias.
            file.removeIdentity().putIdentity(pem);
            return Json.object();
          });
    }
  }
}
