package io.mooring.cli;

import io.mooring.identity.DeviceIdentity;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.Pkcs11Token;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where an operator's signing key is: in PEM files, or in a token.
 *
 * @param certificateOption names the certificate in messages
 * @param certificate with a token: what completes the chain there, or null
 * @param keyOption names the key in messages
 * @param key null with a token
 * @param keyPasswordFile of an encrypted key, or null
 * @param token that holds the key, if one is named
 */
record Signer(
    String certificateOption,
    @Nullable Path certificate,
    String keyOption,
    @Nullable Path key,
    @Nullable Path keyPasswordFile,
    TokenOptions token) {

  /** Runs {@code work} with a handle of the key, and closes what was opened for it. */
  <T> T use(Terminal terminal, Function<DeviceIdentity, T> work) {
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      Pkcs11Token opened = token.open(terminal, wipes);
      return work.apply(opened == null ? files(terminal, wipes) : inside(opened, terminal));
    } finally {
      while (!wipes.isEmpty()) {
        wipes.pop().run();
      }
    }
  }

  private DeviceIdentity files(Terminal terminal, Deque<Runnable> wipes) {
    if (certificate == null || key == null) {
      throw new UsageException(
          "Give "
              + certificateOption
              + " and "
              + keyOption
              + ", or a key in a token by --pkcs11-library");
    }
    PemIdentity pem = ClientMaterial.pem(certificate, key, keyPasswordFile, terminal);
    wipes.push(pem::close);
    pem.warnings().forEach(warning -> terminal.say("warning: " + warning));
    return pem;
  }

  private DeviceIdentity inside(Pkcs11Token opened, Terminal terminal) {
    if (key != null || keyPasswordFile != null) {
      throw new UsageException(keyOption + " does not go with --pkcs11-library: give one key");
    }
    DeviceIdentity identity = token.identity(opened, certificate, true, terminal);
    if (identity == null) {
      throw new IllegalStateException("a required identity is never missing");
    }
    return identity;
  }
}
