package io.mooring.internal.telemetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A new file that its owner alone can read, where the file system knows owners. */
final class OwnerOnlyFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private OwnerOnlyFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates it.
   *
   * @throws UncheckedIOException if it exists or cannot be created
   */
  static OwnerOnlyFile create(Path path) {
    FileAttribute<?>[] attributes =
        path.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try {
      return new OwnerOnlyFile(
          path,
          FileChannel.open(
              path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes));
    } catch (IOException e) {
      throw new UncheckedIOException(
          path + " cannot be created: " + e + ". Name a file that does not exist yet.", e);
    }
  }

  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Where it is. */
  @Override
  public String toString() {
    return path.toString();
  }
}
