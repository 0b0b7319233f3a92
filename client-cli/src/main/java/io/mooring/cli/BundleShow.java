package io.mooring.cli;

import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring bundle show}. */
@Command(
    name = "show",
    description = "Prints what a bundle holds; never a key or password.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class BundleShow implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--bundle", required = true, paramLabel = "FILE", description = "The bundle.")
  private Path file = Path.of("");

  @Option(
      names = "--storepass-file",
      paramLabel = "FILE",
      description = "The keystore's password, where it is not in the bundle.")
  private @Nullable Path storepassFile;

  @Mixin private final JsonOption json = new JsonOption();

  BundleShow(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Bundle bundle = Bundle.decode(file, WholeFile.read("Bundle", file, Bundle.MAX_BYTES));
        Secret storepass = storepass(bundle, storepassFile, terminal);
        Pkcs12Identity keystore = Pkcs12Identity.open(file, bundle.keystore(), storepass)) {
      if (json.wanted) {
        terminal.result(
            Json.object()
                .put("name", bundle.name())
                .put("broker", bundle.broker().toString())
                .put("clientId", bundle.clientId())
                .put("identity", IdentityShow.json(file, keystore))
                .toString());
      } else {
        terminal.result("name  " + bundle.name());
        terminal.result("broker  " + bundle.broker());
        terminal.result("client-id  " + bundle.clientId());
        IdentityShow.print(terminal, keystore);
      }
      warn(terminal, keystore);
    }
    return ExitCode.DONE.code();
  }

  /** The password in the bundle, else that of the option; the caller destroys it. */
  static Secret storepass(Bundle bundle, @Nullable Path storepassFile, Terminal terminal) {
    Secret inside = bundle.storepass();
    if (inside == null) {
      return Passwords.read(terminal, "--storepass-file", storepassFile, "Keystore password");
    }
    if (storepassFile != null) {
      inside.destroy();
      throw new UsageException("--storepass-file: the password is in the bundle already");
    }
    return inside;
  }

  /** Says what a device could not do with this keystore. */
  static void warn(Terminal terminal, Pkcs12Identity keystore) {
    keystore.warnings().forEach(warning -> terminal.say("warning: " + warning));
    if (!keystore.hasIdentity() && !keystore.hasScram()) {
      terminal.say("warning: the keystore holds neither a certificate nor SCRAM keys");
    }
    PinGuard.warnWithoutBackup(terminal, keystore.pins());
  }
}
