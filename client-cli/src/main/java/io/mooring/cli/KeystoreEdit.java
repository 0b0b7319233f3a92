package io.mooring.cli;

import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs12Identity;
import java.util.function.BiConsumer;

/** Changes a keystore file: opens, changes, saves it whole. */
final class KeystoreEdit {
  private KeystoreEdit() {}

  /**
   * Runs {@code change} with the file and with what it holds, then saves. The file is opened for
   * change first, so that a change of somebody else in between is noticed at the save.
   */
  static int run(
      Terminal terminal,
      KeystoreOptions options,
      BiConsumer<DeviceKeystoreFile, Pkcs12Identity> change) {
    return options.with(
        terminal,
        (file, password) -> {
          try (DeviceKeystoreFile keystore = DeviceKeystoreFile.edit(file, password);
              Pkcs12Identity present = Pkcs12Identity.open(file, password)) {
            change.accept(keystore, present);
            keystore.save();
          }
          terminal.say("saved " + file);
          return ExitCode.DONE.code();
        });
  }
}
