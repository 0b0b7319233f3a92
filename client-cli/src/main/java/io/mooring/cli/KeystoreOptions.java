package io.mooring.cli;

import io.mooring.error.KeystoreException;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The keystore file and how to open it. */
final class KeystoreOptions {
  @Option(
      names = "--keystore",
      paramLabel = "FILE",
      description = "The device's PKCS#12 file: certificate and key, SCRAM keys, pins, CA.")
  @Nullable Path file;

  @Option(
      names = "--storepass-file",
      paramLabel = "FILE",
      description =
          "The keystore's password: a file, or - for the first line of standard input. Default: ask"
              + " at the terminal.")
  @Nullable Path storepassFile;

  @Option(
      names = "--installed",
      paramLabel = "DIR",
      description =
          "The folder of mooring bundle install, in place of --keystore and --storepass-file; where"
              + " a broker is needed, also of --broker and --client-id.")
  private @Nullable Path installed;

  /** Where the installed bundle connects to, or null if none is named. */
  Installation.@Nullable Connection connection() {
    Path folder = installed;
    return folder == null ? null : new Installation(folder).connection();
  }

  /** Whether a keystore is named. */
  boolean isPresent() {
    return file != null || installed != null;
  }

  private void resolve() {
    Path folder = installed;
    if (folder == null) {
      return;
    }
    Installation installation = new Installation(folder);
    if ((file != null && !file.equals(installation.keystore()))
        || (storepassFile != null && !storepassFile.equals(installation.storepass()))) {
      throw new UsageException(
          "--installed stands in place of --keystore and --storepass-file; give one of them");
    }
    installation.connection();
    file = installation.keystore();
    storepassFile = installation.storepass();
  }

  /** Opens the keystore for reading, or null if none is named. */
  @Nullable Pkcs12Identity open(Terminal terminal) {
    resolve();
    if (file == null) {
      if (storepassFile != null) {
        throw new UsageException("--storepass-file goes with --keystore, which is missing");
      }
      return null;
    }
    return with(terminal, Pkcs12Identity::open);
  }

  /** Runs {@code work} with the file and its password, which is wiped afterwards. */
  <T> T with(Terminal terminal, BiFunction<Path, Secret, T> work) {
    resolve();
    Path keystore = file;
    if (keystore == null) {
      throw new UsageException("Missing required option: '--keystore=FILE'");
    }
    try (Secret password =
        Passwords.read(terminal, "--storepass-file", storepassFile, "Keystore password")) {
      return work.apply(keystore, password);
    } catch (IllegalArgumentException e) {
      throw new KeystoreException(
          "The password of keystore " + keystore + " cannot be one: " + e.getMessage() + ".", e);
    }
  }
}
