package io.mooring.cli;

import io.mooring.tls.SpkiPin;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mooring pins rollback}. */
@Command(
    name = "rollback",
    description =
        "Puts the pins before the last promotion in force again, unless none of them would match the"
            + " live broker.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsRollback implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();
  @Mixin private final PinGuard guard = new PinGuard();
  @Mixin private final JsonOption json = new JsonOption();

  PinsRollback(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    guard.requireSound(options);
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          List<SpkiPin> previous = file.stagedPins().rollBack();
          guard.require(terminal, present, previous);
          return Json.object().put("pins", previous);
        });
  }
}
