package io.mooring.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.BuildDate;
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
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * The clock floor as one line of ISO 8601 in a file. Not final: a test stands in for the folder.
 */
class FileClockFloor implements ClockFloor {
  private static final Log LOG = Log.TLS;
  private static final Duration WRITE_STEP = Duration.ofDays(1);
  private static final int MAX_FILE_BYTES = 64;

  private final Path file;
  private Instant stored;

  FileClockFloor(Path file) {
    this.file = file.toAbsolutePath();
    this.stored = later(BuildDate.instant(), read());
  }

  @Override
  public synchronized Instant floor() {
    return stored;
  }

  @Override
  public synchronized void observed(Instant now) {
    if (now.isBefore(stored.plus(WRITE_STEP))) {
      return;
    }
    try {
      write(now);
      stored = now;
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The clock floor " + file + " cannot be written. The floor stays at " + stored,
          e);
    }
  }

  private Instant read() {
    try (InputStream in = Files.newInputStream(file)) {
      return Instant.parse(new String(in.readNBytes(MAX_FILE_BYTES), US_ASCII).strip());
    } catch (NoSuchFileException e) {
      return Instant.MIN;
    } catch (IOException | DateTimeParseException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The clock floor " + file + " cannot be read. The floor is the build date of the SDK",
          e);
      return Instant.MIN;
    }
  }

  private void write(Instant now) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer line = ByteBuffer.wrap((now + "\n").getBytes(US_ASCII));
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = file.getParent();
    if (folder != null) {
      forceFolder(folder);
    }
  }

  /** Makes the rename durable, where a folder can be opened; elsewhere the system sees to it. */
  void forceFolder(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class)) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }
}
