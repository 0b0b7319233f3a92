package io.mooring.cli;

import io.mooring.enrol.Enrolment;
import io.mooring.enrol.IdentityStore;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.tls.SpkiPin;
import java.security.PublicKey;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring keygen}. */
@Command(
    name = "keygen",
    description =
        "Makes a key on the device, beside the identity in use; one that waits for its certificate"
            + " is kept.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class KeygenCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final StoreOptions options = new StoreOptions();

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      description = "ec-p256 (default), ec-p384, rsa-2048 or rsa-3072.")
  private @Nullable KeyAlgorithm type;

  @Option(
      names = "--replace",
      description = "Make a new key also where one waits; a certificate on its way is lost.")
  private boolean replace;

  @Mixin private final JsonOption json = new JsonOption();

  KeygenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return options.with(
        terminal,
        store -> {
          requireSameType(store);
          Enrolment.KeyResult result =
              Enrolment.in(store).generateKey(type == null ? KeyAlgorithm.EC_P256 : type, replace);
          String pin = SpkiPin.of(result.key().publicKey()).toString();
          json.done(
              terminal,
              options
                  .json()
                  .put("changed", result.made())
                  .putIfPresent("keyType", typeOf(result.key().publicKey()))
                  .put("pin", pin),
              result.made()
                  ? "made a key, " + pin + ", in " + options.where()
                  : "a key waits already, " + pin + "; --replace makes another");
          return ExitCode.DONE.code();
        });
  }

  /** A key of another kind than asked for must not pass for the one asked for. */
  private void requireSameType(IdentityStore store) {
    KeyAlgorithm wanted = type;
    store
        .pendingKey()
        .filter(key -> wanted != null && !replace && !wanted.isOf(key.publicKey()))
        .ifPresent(
            key -> {
              throw new UsageException(
                  "a key of another type waits already, "
                      + SpkiPin.of(key.publicKey())
                      + "; --replace makes a new one in its place");
            });
  }

  static @Nullable String typeOf(PublicKey key) {
    for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
      if (algorithm.isOf(key)) {
        return algorithm.label();
      }
    }
    return null;
  }
}
