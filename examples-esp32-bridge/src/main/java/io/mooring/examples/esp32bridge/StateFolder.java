package io.mooring.examples.esp32bridge;

import io.mooring.examples.esp32bridge.store.KeyValueLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The folder for what must survive a crash: one process at a time, closed to all others. */
final class StateFolder implements AutoCloseable {
  private final Path folder;
  private final FileChannel lockFile;
  private final KeyValueLog store;

  private StateFolder(Path folder, FileChannel lockFile, KeyValueLog store) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.store = store;
  }

  static StateFolder open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    FileChannel lockFile =
        FileChannel.open(
            folder.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    boolean open = false;
    try {
      if (!locked(lockFile)) {
        throw new IOException(
            folder + " is in use by another bridge; each has a folder of its own");
      }
      Path outboxes = folder.resolve("outbox");
      if (!Files.isDirectory(outboxes)) {
        Files.createDirectory(
            outboxes,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      StateFolder state =
          new StateFolder(folder, lockFile, KeyValueLog.open(folder.resolve("store")));
      open = true;
      return state;
    } finally {
      if (!open) {
        lockFile.close();
      }
    }
  }

  private static boolean locked(FileChannel lockFile) throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  KeyValueLog store() {
    return store;
  }

  Path outboxes() {
    return folder.resolve("outbox");
  }

  @Override
  public void close() throws IOException {
    store.close();
    lockFile.close();
  }
}
