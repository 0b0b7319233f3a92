package io.mooring.cli;

import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring bundle install}. */
@Command(
    name = "install",
    description =
        "Unpacks a bundle on the device into device.p12, storepass and connection, readable by their"
            + " owner only. Run it again if it was cut off.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class BundleInstall implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--bundle", required = true, paramLabel = "FILE", description = "The bundle.")
  private Path file = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "The folder; it is made if its parent is there. Nothing in it is overwritten.")
  private Path to = Path.of("");

  @Option(
      names = "--storepass-file",
      paramLabel = "FILE",
      description = "The keystore's password, where it is not in the bundle.")
  private @Nullable Path storepassFile;

  @Mixin private final JsonOption json = new JsonOption();

  BundleInstall(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Bundle bundle = Bundle.decode(file, WholeFile.read("Bundle", file, Bundle.MAX_BYTES));
        Secret storepass = BundleShow.storepass(bundle, storepassFile, terminal)) {
      // Before anything is written: a bundle that does not open would only look installed.
      try (Pkcs12Identity keystore = Pkcs12Identity.open(file, bundle.keystore(), storepass)) {
        BundleShow.warn(terminal, keystore);
      }
      boolean changed = new Installation(to).install(bundle, storepass);
      json.done(
          terminal,
          Json.object()
              .put("folder", to.toString())
              .put("changed", changed)
              .put("name", bundle.name())
              .put("broker", bundle.broker().toString()),
          changed
              ? "installed " + bundle.name() + " in " + to + "; remove the bundle now"
              : bundle.name() + " is installed in " + to + " already");
    }
    return ExitCode.DONE.code();
  }
}
