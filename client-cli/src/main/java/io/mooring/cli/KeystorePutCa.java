package io.mooring.cli;

import io.mooring.keystore.PemIdentity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring keystore put-ca}. */
@Command(
    name = "put-ca",
    description = "Adds authorities that the broker's certificate may come from.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class KeystorePutCa implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--ca",
      required = true,
      paramLabel = "FILE",
      description = "Certificates in PEM.")
  private Path authorities = Path.of("");

  @Mixin private final JsonOption json = new JsonOption();

  KeystorePutCa(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<X509Certificate> added = PemIdentity.certificates(authorities);
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          Set<X509Certificate> all = new LinkedHashSet<>(present.authorities());
          if (!all.addAll(added)) {
            return null;
          }
          file.authorities(all);
          return Json.object();
        });
  }
}
