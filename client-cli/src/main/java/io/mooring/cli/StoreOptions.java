package io.mooring.cli;

import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.Pkcs11Store;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.keystore.Pkcs12Identity;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** Where the device's key and certificate live: in a keystore file, or in a token. */
final class StoreOptions {
  private static final String DEFAULT_LABEL = "mooring";

  @Mixin final KeystoreOptions keystore = new KeystoreOptions();
  @Mixin private final TokenOptions token = new TokenOptions();

  /** What to do with the store. */
  interface Work<T> {
    /**
     * Does it.
     *
     * @param trust the keystore that says which broker to trust; null if there is a token alone
     */
    T with(IdentityStore store, @Nullable Pkcs12Identity trust);
  }

  /** Runs {@code work} with the store, which is closed afterwards. */
  <T> T with(Terminal terminal, Function<IdentityStore, T> work) {
    return with(terminal, (store, trust) -> work.apply(store));
  }

  /** Runs {@code work} with the store, and with the keystore that may stand beside a token. */
  <T> T with(Terminal terminal, Work<T> work) {
    return token.isPresent() ? inToken(terminal, work) : inFile(terminal, work);
  }

  private <T> T inFile(Terminal terminal, Work<T> work) {
    token.requireNothingElse();
    return keystore.with(
        terminal,
        (file, password) -> {
          try (IdentityStore store = KeystoreFileStore.open(file, password);
              Pkcs12Identity trust = Pkcs12Identity.open(file, password)) {
            return work.with(store, trust);
          }
        });
  }

  private <T> T inToken(Terminal terminal, Work<T> work) {
    if (token.keyId != null || token.certificateLabel != null || token.scramLabel != null) {
      throw new UsageException(
          "Keys and certificates that are renewed go by --key-label alone; leave --key-id,"
              + " --cert-label and --scram-label out");
    }
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      Pkcs12Identity trust = keystore.open(terminal);
      if (trust != null) {
        wipes.push(trust::close);
      }
      Pkcs11Token opened = token.openRequired(terminal, wipes);
      IdentityStore store =
          UsageException.parse("--key-label", () -> Pkcs11Store.of(opened, label()));
      return work.with(store, trust);
    } finally {
      while (!wipes.isEmpty()) {
        wipes.pop().run();
      }
    }
  }

  private String label() {
    return token.keyLabel == null ? DEFAULT_LABEL : token.keyLabel;
  }

  /** Whether a secret of the store is to come from standard input. */
  boolean readsStandardInput() {
    return Passwords.isStandardInput(keystore.storepassFile)
        || Passwords.isStandardInput(token.pinFile);
  }

  /** For people. */
  String where() {
    return token.isPresent()
        ? "token, key label \"" + Terminal.printable(label()) + '"'
        : String.valueOf(keystore.file);
  }

  /** For {@code --json}. */
  Json json() {
    return token.isPresent()
        ? Json.object()
            .putIfPresent("pkcs11Library", token.library)
            .putIfPresent("tokenLabel", token.tokenLabel)
            .put("keyLabel", label())
        : Json.object().put("keystore", String.valueOf(keystore.file));
  }
}
