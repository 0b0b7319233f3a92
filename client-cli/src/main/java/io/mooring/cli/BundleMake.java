package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring bundle make}. */
@Command(
    name = "make",
    description =
        "Packs a keystore, its password and the broker's address into one file. The file is a"
            + " secret, since it opens the keystore, unless the password travels apart.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class BundleMake implements Callable<Integer> {
  private static final int MAX_KEYSTORE_BYTES = 1024 * 1024;

  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--broker",
      required = true,
      paramLabel = "mqtts://HOST[:PORT]",
      description = "The broker that the device connects to.")
  private @Nullable Endpoint broker;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "The device's name: letters, digits, '.', '_', '-', at most 64.")
  private String name = "";

  @Option(
      names = "--client-id",
      paramLabel = "ID",
      description = "Client Identifier. Default: the name.")
  private @Nullable String clientId;

  @Option(
      names = "--separate-storepass",
      description = "Leave the keystore's password out; bundle install asks for it.")
  private boolean separateStorepass;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The bundle. A file that is there is not overwritten.")
  private Path out = Path.of("");

  @Mixin private final JsonOption json = new JsonOption();

  BundleMake(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Endpoint endpoint = broker;
    if (endpoint == null) {
      throw new IllegalStateException("picocli requires --broker");
    }
    return options.with(
        terminal,
        (file, password) -> {
          try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
            BundleShow.warn(terminal, keystore);
          }
          byte[] content = WholeFile.read("Keystore", file, MAX_KEYSTORE_BYTES);
          String id = clientId == null ? name : clientId;
          try (Bundle bundle =
              UsageException.parse(
                  "--name, --client-id",
                  () ->
                      Bundle.of(
                          name, endpoint, id, separateStorepass ? null : password, content))) {
            boolean changed = write(bundle.encode());
            json.done(
                terminal,
                Json.object()
                    .put("file", out.toString())
                    .put("changed", changed)
                    .put("name", name)
                    .put("broker", endpoint.toString())
                    .put("clientId", id)
                    .put("storepassInside", !separateStorepass),
                (changed ? "made " : "nothing to change in ") + out);
          }
          return ExitCode.DONE.code();
        });
  }

  private boolean write(byte[] content) {
    if (Files.exists(out)) {
      if (MessageDigest.isEqual(WholeFile.read("Bundle", out, Bundle.MAX_BYTES), content)) {
        return false;
      }
      throw new KeystoreException(
          ErrorCode.KEY_FILE_EXISTS,
          out + " exists, holds something else, and is not overwritten.",
          null);
    }
    WholeFile.create(out, content);
    return true;
  }
}
