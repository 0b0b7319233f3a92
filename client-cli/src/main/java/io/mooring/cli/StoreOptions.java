package io.mooring.cli;

import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.keystore.Pkcs12Identity;
import java.util.function.BiFunction;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** Where the device's key and certificate live. */
final class StoreOptions {
  @Mixin final KeystoreOptions keystore = new KeystoreOptions();

  /** Runs {@code work} with the store, which is closed afterwards. */
  <T> T with(Terminal terminal, Function<IdentityStore, T> work) {
    return with(terminal, (store, trust) -> work.apply(store));
  }

  /** Runs {@code work} with the store, and with the keystore that says which broker to trust. */
  <T> T with(Terminal terminal, BiFunction<IdentityStore, Pkcs12Identity, T> work) {
    return keystore.with(
        terminal,
        (file, password) -> {
          try (IdentityStore store = KeystoreFileStore.open(file, password);
              Pkcs12Identity trust = Pkcs12Identity.open(file, password)) {
            return work.apply(store, trust);
          }
        });
  }

  /** For people. */
  String where() {
    return String.valueOf(keystore.file);
  }

  /** For {@code --json}. */
  Json json() {
    return Json.object().put("keystore", where());
  }
}
