package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs12Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring keystore init}. */
@Command(
    name = "init",
    description =
        "Makes an empty keystore. One that is there stays as it is, if the password opens it.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class KeystoreInit implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final KeystoreOptions options = new KeystoreOptions();

  @Option(
      names = "--make-storepass",
      description =
          "Make --storepass-file first, 256 random bits in base64, readable by its owner only.")
  private boolean makePassword;

  @Mixin private final JsonOption json = new JsonOption();

  KeystoreInit(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (makePassword) {
      makePassword();
    }
    return options.with(
        terminal,
        (file, password) -> {
          boolean make = !Files.exists(file);
          if (make) {
            try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
              keystore.save();
            }
          } else {
            // Opened, so that "it is there" means "and this password opens it".
            Pkcs12Identity.open(file, password).close();
          }
          json.done(
              terminal,
              Json.object().put("keystore", file.toString()).put("changed", make),
              make ? "made " + file : file + " is there, and stays as it is");
          return ExitCode.DONE.code();
        });
  }

  private void makePassword() {
    Path file = options.storepassFile;
    if (file == null || Passwords.isStandardInput(file)) {
      throw new UsageException("--make-storepass needs --storepass-file FILE");
    }
    if (options.file != null && Files.exists(options.file)) {
      return; // the password of the file that is there must stay
    }
    if (Files.exists(file)) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_EXISTS,
          "Password file " + file + " exists and is not overwritten. Leave --make-storepass out.",
          null);
    }
    byte[] text = Passwords.random();
    try {
      WholeFile.create(file, text);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }
}
