package io.mooring.cli;

import io.mooring.error.KeystoreException;
import io.mooring.keystore.DeviceKeystoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
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
  private static final int PASSWORD_BYTES = 32;

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
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    byte[] text = Base64.getEncoder().encode(random);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())) {
      channel.write(ByteBuffer.wrap(text));
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
    } catch (FileAlreadyExistsException e) {
      throw new KeystoreException(
          "Password file " + file + " exists and is not overwritten. Leave --make-storepass out.",
          e);
    } catch (IOException e) {
      throw new KeystoreException("Password file " + file + " cannot be written: " + e + ".", e);
    } finally {
      Arrays.fill(random, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
