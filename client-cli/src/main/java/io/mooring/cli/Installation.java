package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.identity.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;

/**
 * A folder that a bundle was unpacked into: {@code storepass}, {@code connection} and, last, {@code
 * device.p12}. So the keystore is there only if all of it is.
 *
 * @param folder of mode 0700
 */
record Installation(Path folder) {
  private static final Set<String> FILES = Set.of("storepass", "connection", "device.p12");
  private static final String HEADER = "mooring-connection 1";
  private static final int MAX_CONNECTION_BYTES = 128 * 1024;

  /** Where a device connects to, and as whom. */
  record Connection(Endpoint broker, String clientId) {}

  Path keystore() {
    return folder.resolve("device.p12");
  }

  Path storepass() {
    return folder.resolve("storepass");
  }

  private Path connectionFile() {
    return folder.resolve("connection");
  }

  /**
   * Unpacks a bundle. Whatever a crash left behind is finished by running it again.
   *
   * @return false if this very bundle was installed already
   * @throws KeystoreException if something else is there, or the folder is a link or a file
   */
  boolean install(Bundle bundle, Secret storepass) {
    requireOwnFolder();
    WholeFile.sweep(folder, FILES);
    byte[] password = storepass.copyUtf8();
    byte[] line = Arrays.copyOf(password, password.length + 1);
    line[password.length] = '\n';
    try {
      boolean changed = place(storepass(), line);
      changed |= place(connectionFile(), connection(bundle));
      changed |= place(keystore(), bundle.keystore());
      return changed;
    } finally {
      Arrays.fill(password, (byte) 0);
      Arrays.fill(line, (byte) 0);
    }
  }

  /** Reads what {@link #install} wrote. */
  Connection connection() {
    if (Files.exists(folder) && !Files.exists(keystore())) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_MISSING,
          "Folder "
              + folder
              + " holds no device.p12: no bundle was installed there, or it was cut off. Run mooring"
              + " bundle install again.",
          null);
    }
    String[] lines =
        new String(
                WholeFile.read("Connection file", connectionFile(), MAX_CONNECTION_BYTES),
                StandardCharsets.UTF_8)
            .split("\n", -1);
    if (lines.length < 3
        || lines.length > 4
        || !lines[0].equals(HEADER)
        || !lines[1].startsWith("broker ")
        || (lines.length == 4 && !lines[2].startsWith("client-id "))
        || !lines[lines.length - 1].isEmpty()) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_DAMAGED,
          "Connection file " + connectionFile() + " is damaged. Install the bundle again.",
          null);
    }
    try {
      return new Connection(
          Endpoint.parse(lines[1].substring("broker ".length())),
          lines.length == 4 ? lines[2].substring("client-id ".length()) : "");
    } catch (IllegalArgumentException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_DAMAGED,
          "Connection file " + connectionFile() + " is damaged: " + e.getMessage() + ".",
          e);
    }
  }

  private static byte[] connection(Bundle bundle) {
    return (HEADER
            + "\nbroker "
            + bundle.broker()
            + "\n"
            + (bundle.clientId().isEmpty() ? "" : "client-id " + bundle.clientId() + "\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A link could lead anywhere; what is written here must stay here. */
  private void requireOwnFolder() {
    try {
      if (Files.isSymbolicLink(folder)
          || (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder))) {
        throw new KeystoreException(
            ErrorCode.KEY_FILE_NOT_A_FILE,
            folder + " is a link or a file. Name a folder, or one that is to be made.",
            null);
      }
      if (!Files.exists(folder)) {
        Files.createDirectory(folder, WholeFile.ownerOnly("rwx------"));
        WholeFile.force(WholeFile.folderOf(folder));
      }
    } catch (IOException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NO_ACCESS,
          "Folder " + folder + " cannot be made: " + e + ". Make its parent folder first.",
          e);
    }
  }

  private static boolean place(Path file, byte[] content) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      WholeFile.create(file, content);
      return true;
    }
    byte[] present =
        Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            ? WholeFile.read("File", file, Bundle.MAX_BYTES)
            : new byte[0];
    try {
      if (!MessageDigest.isEqual(present, content)) {
        throw new KeystoreException(
            ErrorCode.KEY_FILE_EXISTS,
            file
                + " is there and is not from this bundle. Nothing was overwritten: choose another"
                + " folder, or remove what is there.",
            null);
      }
      return false;
    } finally {
      Arrays.fill(present, (byte) 0);
    }
  }
}
