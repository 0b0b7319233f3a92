package io.mooring.internal.outbox;

import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One outbox, one owner: a lock on a file against other processes, a list against this one. */
final class FolderLock implements Closeable {
  private static final String FILE = "lock";
  private static final int MAX_BYTES = 64;

  /**
   * The folders that this process holds. POSIX lets a process's lock go as soon as it closes any
   * descriptor of the file, so whoever is to be refused here must not even open it.
   */
  private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

  private final Object key;
  private final @Nullable FileChannel channel;

  private FolderLock(Object key, @Nullable FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param create false to share it with others that only look, and to make no file
   */
  static FolderLock take(Path folder, boolean create) throws IOException {
    Object key = key(folder);
    if (!HELD.add(key)) {
      throw inUse(folder, "another client in this process");
    }
    FolderLock lock = null;
    try {
      lock = new FolderLock(key, lockFile(folder, create));
      return lock;
    } finally {
      if (lock == null) {
        HELD.remove(key);
      }
    }
  }

  /** The same for each way to name the folder. */
  private static Object key(Path folder) throws IOException {
    Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
    return key != null ? key : folder.toRealPath();
  }

  /** Null where there is no file and none is to be made. */
  private static @Nullable FileChannel lockFile(Path folder, boolean create) throws IOException {
    Path file = folder.resolve(FILE);
    FileChannel channel;
    try {
      channel =
          create
              ? RealFileOps.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ)
              : FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      return null;
    }
    boolean taken = false;
    try {
      RealFileOps.requireRegular(file);
      if (lock(channel, !create) == null) {
        throw inUse(folder, holder(channel));
      }
      if (create) {
        sayWho(channel, file);
      }
      taken = true;
      return channel;
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock lock(FileChannel channel, boolean shared) throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException heldThroughAnotherClassLoader) {
      return null;
    }
  }

  private static OutboxException inUse(Path folder, String holder) {
    return new OutboxException(
        Reason.LOCKED,
        "Outbox "
            + folder
            + " is in use by "
            + holder
            + ". One client uses an outbox at a time: stop the other one, or give each its own"
            + " folder.");
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(MAX_BYTES);
    channel.read(text, 0);
    String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    return pid.matches("[0-9]{1,19}") ? "process " + pid : "another process";
  }

  private static void sayWho(FileChannel channel, Path file) throws IOException {
    if (channel.size() > MAX_BYTES) {
      throw new OutboxException(
          Reason.FOLDER,
          "Outbox lock " + file + " holds more than a process number. Is it the right folder?");
    }
    channel.truncate(0);
    ByteBuffer pid = StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n");
    while (pid.hasRemaining()) {
      channel.write(pid);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(key);
    }
  }
}
