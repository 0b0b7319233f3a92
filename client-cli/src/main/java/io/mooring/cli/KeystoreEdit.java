package io.mooring.cli;

import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs12Identity;
import org.jspecify.annotations.Nullable;

/** Changes a keystore file: opens, changes, saves it whole. */
final class KeystoreEdit {
  private KeystoreEdit() {}

  /** What to change. */
  interface Change {
    /**
     * Changes {@code file}, knowing what it holds.
     *
     * @return what to print for {@code --json}, or null if there is nothing to change: then the
     *     file is left as it is
     */
    @Nullable Json apply(DeviceKeystoreFile file, Pkcs12Identity present);
  }

  /**
   * Runs {@code change} with the file and with what it holds, then saves. The file is opened for
   * change first, so that a change of somebody else in between is noticed at the save.
   */
  static int run(Terminal terminal, KeystoreOptions options, JsonOption json, Change change) {
    return options.with(
        terminal,
        (file, password) -> {
          Json done;
          try (DeviceKeystoreFile keystore = DeviceKeystoreFile.edit(file, password);
              Pkcs12Identity present = Pkcs12Identity.open(file, password)) {
            done = change.apply(keystore, present);
            if (done != null) {
              keystore.save();
            }
          }
          Json result = Json.object().put("keystore", file.toString()).put("changed", done != null);
          json.done(
              terminal,
              done == null ? result : result.putAll(done),
              done == null ? "nothing to change in " + file : "saved " + file);
          return ExitCode.DONE.code();
        });
  }
}
