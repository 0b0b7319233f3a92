package io.mooring.cli;

import io.mooring.tls.SpkiPin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring pins add}, known as {@code mooring keystore put-pin} as well. */
@Command(
    name = "add",
    description = "Adds pins of the broker's key to those in force.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsAdd implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--pin",
      required = true,
      paramLabel = "sha256/...",
      description = "As mooring pin prints it; repeat it for the backup.")
  private List<SpkiPin> pins = new ArrayList<>();

  @Mixin private final JsonOption json = new JsonOption();

  PinsAdd(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          Set<SpkiPin> all = new LinkedHashSet<>(present.pins());
          boolean changed = all.addAll(pins);
          PinGuard.warnWithoutBackup(terminal, all);
          if (!changed) {
            return null;
          }
          UsageException.parse("--pin", () -> file.pins(all));
          return Json.object().put("pins", all);
        });
  }
}
