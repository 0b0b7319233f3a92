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

/** {@code mooring keystore put-pin}. */
@Command(
    name = "put-pin",
    description = "Adds pins of the broker's key.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class KeystorePutPin implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--pin",
      required = true,
      paramLabel = "sha256/...",
      description = "As mooring pin prints it; repeat it for the backup.")
  private List<SpkiPin> pins = new ArrayList<>();

  KeystorePutPin(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return KeystoreEdit.run(
        terminal,
        options,
        (file, present) -> {
          Set<SpkiPin> all = new LinkedHashSet<>(present.pins());
          all.addAll(pins);
          UsageException.parse("--pin", () -> file.pins(all));
          if (all.size() == 1) {
            terminal.say(
                "warning: there is no backup pin; if the broker's key is lost, this device is"
                    + " locked out. Put the pin of a key that is kept offline, too");
          }
        });
  }
}
