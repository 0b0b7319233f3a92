package io.mooring.cli;

import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs12Identity;
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
    description = "Removes parts of the keystore. What is not there is no error.",
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

  @Mixin private final JsonOption json = new JsonOption();

  KeystoreRemove(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!certificate && !scram && pins.isEmpty() && !allPins && !authorities) {
      throw new UsageException("Name what to remove: --cert, --scram, --pin, --pins or --ca");
    }
    return KeystoreEdit.run(
        terminal, options, json, (file, present) -> remove(file, present) ? Json.object() : null);
  }

  /** False if nothing of what is named is there. */
  private boolean remove(DeviceKeystoreFile file, Pkcs12Identity present) {
    boolean changed = false;
    if (certificate && present.hasIdentity()) {
      file.removeIdentity();
      changed = true;
    }
    if (scram && present.hasScram()) {
      file.removeScram();
      changed = true;
    }
    if (authorities && !present.authorities().isEmpty()) {
      file.authorities(List.of());
      changed = true;
    }
    // Not otherwise: setting pins drops those that a rollback would return to.
    if ((allPins || !pins.isEmpty()) && hasPins(present)) {
      file.pins(remaining(present.pins()));
      changed = true;
    }
    return changed;
  }

  private boolean hasPins(Pkcs12Identity present) {
    return !pins.isEmpty()
        || !present.pins().isEmpty()
        || !present.pinRotation().previous().isEmpty();
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
