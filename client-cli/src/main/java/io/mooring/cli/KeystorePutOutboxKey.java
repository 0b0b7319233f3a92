package io.mooring.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring keystore put-outbox-key}. */
@Command(
    name = "put-outbox-key",
    description =
        "Makes the key that the outbox on disk is encrypted under, 256 random bits. One that is"
            + " there stays.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class KeystorePutOutboxKey implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--replace",
      description =
          "Make a new one in place of the one there. What the outbox holds cannot be read any"
              + " more: drain it first.")
  private boolean replace;

  @Mixin private final JsonOption json = new JsonOption();

  KeystorePutOutboxKey(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          if (present.hasOutboxKey() && !replace) {
            return null;
          }
          file.makeOutboxKey();
          return Json.object();
        });
  }
}
