package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.keystore.DeviceKeystoreFile;
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
    description = "Makes an empty keystore; an existing file is not overwritten.",
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
          try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
            keystore.save();
          }
          terminal.say("made " + file);
          return ExitCode.DONE.code();
        });
  }

  private void makePassword() {
    Path file = options.storepassFile;
    if (file == null || Passwords.isStandardInput(file)) {
      throw new UsageException("--make-storepass needs --storepass-file FILE");
    }
    if (options.file != null && Files.exists(options.file)) {
      return; // create() says so; the password of the file that is there must stay
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
