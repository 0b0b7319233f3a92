package io.mooring.cli;

import io.mooring.tls.SpkiPin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring keystore remove}. */
@Command(
    name = "remove",
    description = "Removes parts of the keystore.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class KeystoreRemove implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(names = "--cert", description = "The client certificate and its key.")
  private boolean certificate;

  @Option(names = "--scram", description = "The SCRAM keys.")
  private boolean scram;

  @Option(names = "--pin", paramLabel = "sha256/...", description = "This pin; repeat it for more.")
  private List<SpkiPin> pins = new ArrayList<>();

  @Option(names = "--pins", description = "All pins.")
  private boolean allPins;

  @Option(names = "--ca", description = "All authorities.")
  private boolean authorities;

  KeystoreRemove(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!certificate && !scram && pins.isEmpty() && !allPins && !authorities) {
      throw new UsageException("Name what to remove: --cert, --scram, --pin, --pins or --ca");
    }
    return KeystoreEdit.run(
        terminal,
        options,
        (file, present) -> {
          if (certificate) {
            file.removeIdentity();
          }
          if (scram) {
            file.removeScram();
          }
          if (authorities) {
            file.authorities(List.of());
          }
          file.pins(remaining(present.pins()));
        });
  }

  private List<SpkiPin> remaining(List<SpkiPin> present) {
    if (allPins) {
      return List.of();
    }
    for (SpkiPin pin : pins) {
      if (!present.contains(pin)) {
        throw new UsageException("--pin " + pin + " is not in the keystore");
      }
    }
    return present.stream().filter(pin -> !pins.contains(pin)).toList();
  }
}
