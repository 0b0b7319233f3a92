package io.mooring.enrol.rotation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import org.jspecify.annotations.Nullable;

/** Keeps a {@link RenewalRecord} in a file of five lines, which is replaced whole. No secret. */
final class RenewalJournal {
  private static final System.Logger LOG = System.getLogger("io.mooring.rotation");
  private static final int MAX_BYTES = 1024;

  private final Path file;
  private final Folder folder;
  private @Nullable RenewalRecord last;

  /** Makes what was renamed in a folder durable. */
  @FunctionalInterface
  interface Folder {
    void force(Path folder) throws IOException;
  }

  private RenewalJournal(Path file, Folder folder, @Nullable RenewalRecord last) {
    this.file = file;
    this.folder = folder;
    this.last = last;
  }

  /** What the file holds; a missing one is normal, a damaged one counts as missing. */
  static RenewalJournal open(Path file) {
    return open(file, RenewalJournal::force);
  }

  static RenewalJournal open(Path file, Folder folder) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_BYTES), US_ASCII);
      return new RenewalJournal(file, folder, RenewalRecord.decode(text));
    } catch (NoSuchFileException e) {
      return new RenewalJournal(file, folder, null);
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The renewal record " + file + " cannot be read; renewal goes by the certificate alone",
          e);
      return new RenewalJournal(file, folder, null);
    }
  }

  @Nullable RenewalRecord last() {
    return last;
  }

  /**
   * Remembers {@code next}, in memory in any case.
   *
   * @throws RotationException if the file cannot be written
   */
  void remember(RenewalRecord next) {
    if (next.equals(last)) {
      return;
    }
    last = next;
    try {
      write(next.encode());
    } catch (IOException e) {
      throw new RotationException(
          "The renewal record "
              + file
              + " cannot be written: "
              + e
              + ". Make its folder writable and check its space: without the record, a restart"
              + " would ask the EST server again at once.",
          e);
    }
  }

  private void write(String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      folder.force(parent);
    }
  }

  /** Where a folder can be opened; elsewhere the file system sees to it. */
  private static void force(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class)) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public String toString() {
    return "RenewalJournal[" + file + "]";
  }
}
