package io.mooring.keystore;

import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Reads a file within bounds. A file that holds a key must be closed to group and others where the
 * file system has POSIX permissions. Its owner is not compared: a file of mode 0600 opens only for
 * its owner and for root, and root may look into any device's keystore.
 */
final class GuardedFile {
  /** A chain of ten certificates with RSA-4096 keys takes a fiftieth of this. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private GuardedFile() {}

  /** Reads a file that holds keys; {@code kind} starts the messages, as in "Keystore". */
  static byte[] readSecret(String kind, Path file) {
    return read(kind, file, true);
  }

  /** Reads a file that anybody may see. */
  static byte[] readPublic(String kind, Path file) {
    return read(kind, file, false);
  }

  private static byte[] read(String kind, Path file, boolean secret) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new DeviceKeystoreException(
            Reason.NOT_A_FILE,
            kind
                + " "
                + file
                + " is "
                + (attributes.isDirectory() ? "a folder" : "not a regular file")
                + ". Name the file itself.");
      }
      if (secret) {
        requireClosedToOthers(kind, file);
      }
      return readBounded(kind, file);
    } catch (NoSuchFileException e) {
      throw new DeviceKeystoreException(
          Reason.MISSING, kind + " " + file + " does not exist. Check the path.", e);
    } catch (AccessDeniedException e) {
      throw new DeviceKeystoreException(
          Reason.NO_ACCESS,
          kind
              + " "
              + file
              + " cannot be read: access denied"
              + owner(file)
              + ". Run as its owner, or give the file to the user this program runs as.",
          e);
    } catch (IOException e) {
      throw new DeviceKeystoreException(
          Reason.NO_ACCESS, kind + " " + file + " cannot be read: " + e + ".", e);
    }
  }

  private static void requireClosedToOthers(String kind, Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> mode = view.readAttributes().permissions();
    Set<PosixFilePermission> excess = EnumSet.copyOf(OTHERS);
    excess.retainAll(mode);
    if (!excess.isEmpty()) {
      throw new DeviceKeystoreException(
          Reason.TOO_OPEN,
          kind
              + " "
              + file
              + " is open to others than its owner: mode "
              + PosixFilePermissions.toString(mode)
              + ". Run: chmod 600 "
              + file
              + " - and if others may have read it, replace its keys.");
    }
  }

  private static byte[] readBounded(String kind, Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      Arrays.fill(bytes, (byte) 0);
      throw new DeviceKeystoreException(
          Reason.TOO_LARGE,
          kind + " " + file + " is larger than 1048576 bytes. Is it the right file?");
    }
    if (bytes.length == 0) {
      throw new DeviceKeystoreException(
          Reason.EMPTY,
          kind + " " + file + " is empty. A copy may have been cut off: restore or make it anew.");
    }
    return bytes;
  }

  private static String owner(Path file) {
    try {
      return " (owner " + Files.getOwner(file) + ")";
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}
