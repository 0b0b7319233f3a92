package io.mooring.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring pins discard}. */
@Command(
    name = "discard",
    description = "Drops the staged pin set. The same set is not accepted again.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsDiscard implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();
  @Mixin private final JsonOption json = new JsonOption();

  PinsDiscard(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          if (present.pinRotation().staged().isEmpty()) {
            return null;
          }
          file.stagedPins().discard();
          return Json.object();
        });
  }
}
