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

/** {@code mooring pins signer}. */
@Command(
    name = "signer",
    description =
        "Names the keys that may sign a pin set for this device. Nothing else is trusted to change"
            + " pins, not even the authorities that vouch for the broker.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PinsSigner implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--add",
      paramLabel = "sha256/...",
      description = "Trust this key, given as mooring pin --cert prints it; repeatable.")
  private List<SpkiPin> added = new ArrayList<>();

  @Option(
      names = "--remove",
      paramLabel = "sha256/...",
      description = "Trust this key no longer; repeatable.")
  private List<SpkiPin> removed = new ArrayList<>();

  @Mixin private final JsonOption json = new JsonOption();

  PinsSigner(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (added.isEmpty() && removed.isEmpty()) {
      throw new UsageException("Name a key: --add or --remove; mooring pins show lists them");
    }
    if (added.stream().anyMatch(removed::contains)) {
      throw new UsageException("--add and --remove name the same key");
    }
    return KeystoreEdit.run(
        terminal,
        options,
        json,
        (file, present) -> {
          List<SpkiPin> before = present.pinRotation().signers();
          Set<SpkiPin> after = new LinkedHashSet<>(before);
          after.addAll(added);
          after.removeAll(new LinkedHashSet<>(removed));
          if (List.copyOf(after).equals(before)) {
            return null;
          }
          UsageException.parse("--add", () -> file.stagedPins().trustSigners(after));
          return Json.object().put("pinSigners", after);
        });
  }
}
