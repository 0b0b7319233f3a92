package io.mooring.cli;

import io.mooring.tls.SpkiPin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring pins remove}. */
@Command(
    name = "remove",
    description =
        "Removes pins, unless none that is left would match the live broker. Asks the broker by a"
            + " handshake that ends before anything is sent.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsRemove implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--pin",
      required = true,
      paramLabel = "sha256/...",
      description = "The pin to remove; repeat it for more.")
  private List<SpkiPin> pins = new ArrayList<>();

  @Mixin private final PinGuard guard = new PinGuard();
  @Mixin private final JsonOption json = new JsonOption();

  PinsRemove(Terminal terminal) {
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
          List<SpkiPin> left = present.pins().stream().filter(pin -> !pins.contains(pin)).toList();
          if (left.size() == present.pins().size()) {
            return null;
          }
          guard.require(terminal, present, left);
          PinGuard.warnWithoutBackup(terminal, left);
          file.pins(left);
          return Json.object().put("pins", left);
        });
  }
}
