package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files that are whole at any moment: written beside their place with mode 0600, forced to disk,
 * then moved there in one step.
 */
final class WholeFile {
  private static final Pattern TEMPORARY = Pattern.compile("\\.(.+)\\.[0-9a-f-]{36}\\.new");

  private WholeFile() {}

  /**
   * Makes a file that is not there.
   *
   * @throws KeystoreException if it is there, or cannot be written
   */
  static void create(Path file, byte[] content) {
    Path temporary = write(file, content);
    try {
      // A link fails where the name is taken; a move would replace it.
      Files.createLink(file, temporary);
      force(folderOf(file));
    } catch (FileAlreadyExistsException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_EXISTS, file + " exists and is not overwritten.", e);
    } catch (UnsupportedOperationException e) {
      moveIfAbsent(temporary, file);
    } catch (IOException e) {
      throw unwritable(file, e);
    } finally {
      delete(temporary);
    }
  }

  /**
   * Makes a file, or replaces the one there.
   *
   * @throws KeystoreException if it cannot be written
   */
  static void replace(Path file, byte[] content) {
    Path temporary = write(file, content);
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(folderOf(file));
    } catch (IOException e) {
      delete(temporary);
      throw unwritable(file, e);
    }
  }

  /**
   * Removes what a crash left of files that were being written: they may hold secrets. For whoever
   * is alone in writing them.
   *
   * @param names of the files, or null for all of the folder
   */
  static void sweep(Path folder, @Nullable Set<String> names) {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(
            folder,
            path -> {
              Matcher temporary = TEMPORARY.matcher(path.getFileName().toString());
              return temporary.matches() && (names == null || names.contains(temporary.group(1)));
            })) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NOT_WRITTEN,
          "Folder " + folder + " cannot be cleared of what a crash left there: " + e + ".",
          e);
    }
  }

  /**
   * Reads a file of at most {@code limit} bytes.
   *
   * @throws KeystoreException if it cannot be read or is longer
   */
  static byte[] read(String kind, Path file, int limit) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(limit + 1);
      if (content.length > limit) {
        throw new KeystoreException(
            ErrorCode.KEY_FILE_TOO_LARGE,
            kind + " " + file + " is longer than " + limit + " bytes. Is it the right file?",
            null);
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_MISSING, kind + " " + file + " does not exist. Check the path.", e);
    } catch (IOException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NO_ACCESS,
          kind + " " + file + " cannot be read: " + e + ". Check path and permissions.",
          e);
    }
  }

  /** Mode 0600 for a new file, where the file system has modes. */
  static FileAttribute<?>[] ownerOnly() {
    return ownerOnly("rw-------");
  }

  /** A mode for a new file or folder, where the file system has modes. */
  static FileAttribute<?>[] ownerOnly(String mode) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  private static Path write(Path file, byte[] content) {
    Path temporary =
        folderOf(file).resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".new");
    boolean done = false;
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly())) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
      done = true;
      return temporary;
    } catch (IOException e) {
      throw unwritable(file, e);
    } finally {
      if (!done) {
        delete(temporary);
      }
    }
  }

  private static void moveIfAbsent(Path temporary, Path file) {
    try {
      Files.move(temporary, file);
      force(folderOf(file));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new UsageException(file + " is no file name");
    }
    return folder;
  }

  /** So that the name survives a power cut, too. */
  static void force(Path folder) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static void delete(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // A leftover of a name that nobody reads: the error that led here is the one to tell.
      System.Logger log = System.getLogger("io.mooring.cli");
      log.log(System.Logger.Level.WARNING, "{0} cannot be removed: {1}", temporary, e);
    }
  }

  private static KeystoreException unwritable(Path file, IOException e) {
    return new KeystoreException(
        ErrorCode.KEY_FILE_NOT_WRITTEN,
        file + " cannot be written: " + e + ". Check folder, permissions and space.",
        e);
  }
}
