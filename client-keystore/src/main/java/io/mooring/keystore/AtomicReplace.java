package io.mooring.keystore;

import io.mooring.keystore.DeviceKeystoreException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a file whole or not at all: a temporary file of mode 0600 in the same folder, written
 * and forced to disk, renamed over the old one, and the folder forced. A lock file beside it keeps
 * two writers apart; it stays, because deleting it would let a third one lock another inode. Both
 * files get the owner and group of the one that is replaced.
 */
final class AtomicReplace {
  /** Where a write may be cut off; tests stop it there. */
  enum Step {
    LOCKED,
    TEMPORARY_CREATED,
    HALF_WRITTEN,
    WRITTEN,
    FORCED,
    MOVED,
    FOLDER_FORCED
  }

  /** Hears of each step that is done. */
  interface Observer {
    void reached(Step step) throws IOException;
  }

  /** Decides, under the lock, whether the file may still be replaced. */
  interface Condition {
    void require() throws IOException;
  }

  private final Path target;
  private final Path folder;
  private final Observer observer;
  private final boolean posix;

  AtomicReplace(Path file, Observer observer) throws IOException {
    // A symbolic link stays a link: what it points to is replaced.
    this.target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path parent = target.getParent();
    if (parent == null) {
      throw new NoSuchFileException(file.toString(), null, "a file needs a folder");
    }
    this.folder = parent;
    this.observer = observer;
    this.posix = Files.getFileStore(parent).supportsFileAttributeView(PosixFileAttributeView.class);
  }

  /** Writes {@code bytes} if the condition holds. */
  void replace(byte[] bytes, Condition condition) throws IOException {
    Path lockFile = sibling(".lock");
    try (FileChannel channel = openLock(lockFile);
        FileLock lock = lock(channel)) {
      if (lock == null) {
        throw busy();
      }
      shareLock(lockFile);
      observer.reached(Step.LOCKED);
      condition.require();
      writeAndMove(bytes);
    } catch (OverlappingFileLockException e) {
      throw busy();
    }
  }

  private FileChannel openLock(Path lockFile) throws IOException {
    if (Files.isSymbolicLink(lockFile)) {
      throw new FileSystemException(
          lockFile.toString(), null, "a lock file is no symbolic link; remove it");
    }
    try {
      return open(lockFile, StandardOpenOption.CREATE);
    } catch (AccessDeniedException e) {
      throw deniedLock(lockFile, e);
    }
  }

  /** A lock file that another user left is not to be told from a folder that is not writable. */
  static AccessDeniedException deniedLock(Path lockFile, AccessDeniedException denied)
      throws IOException {
    if (!Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS)) {
      return denied;
    }
    AccessDeniedException told =
        new AccessDeniedException(
            lockFile.toString(),
            null,
            "this lock file belongs to "
                + Files.getOwner(lockFile, LinkOption.NOFOLLOW_LINKS)
                + ", whose run made it; give it to the owner of the file that it is for, with"
                + " chown, or remove it while nobody saves");
    told.initCause(denied);
    return told;
  }

  /**
   * So that a run of root does not keep the service out for good. Who may not give files away
   * leaves it: the next one who cannot open it is told why. Only a file that can be nothing but a
   * lock: in a folder of somebody else the name could be another one of a file of ours.
   */
  private void shareLock(Path lockFile) throws IOException {
    if (!posix || !Files.exists(target)) {
      return;
    }
    PosixFileAttributes lock =
        Files.readAttributes(lockFile, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean onlyALock =
        lock.isRegularFile()
            && lock.size() == 0
            && Integer.valueOf(1)
                .equals(Files.getAttribute(lockFile, "unix:nlink", LinkOption.NOFOLLOW_LINKS));
    PosixFileAttributes old = Files.readAttributes(target, PosixFileAttributes.class);
    if (!onlyALock || lock.owner().equals(old.owner())) {
      return;
    }
    try {
      give(lockFile, old);
    } catch (FileSystemException e) {
      System.getLogger("io.mooring.keystore")
          .log(System.Logger.Level.DEBUG, "{0} keeps its owner: {1}", lockFile, e);
    }
  }

  private static void give(Path path, PosixFileAttributes as) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    view.setGroup(as.group());
    view.setOwner(as.owner());
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    return channel.tryLock();
  }

  private DeviceKeystoreException busy() {
    return new DeviceKeystoreException(
        Reason.BUSY, "Keystore " + target + " is being saved by somebody else. Try again.");
  }

  private void writeAndMove(byte[] bytes) throws IOException {
    Path temporary = sibling(".new");
    // What a crash left behind; only the holder of the lock gets here.
    Files.deleteIfExists(temporary);
    try {
      write(temporary, bytes);
      keepOwner(temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException leftover) {
        e.addSuppressed(leftover);
      }
      throw e;
    }
    observer.reached(Step.MOVED);
    forceFolder();
    observer.reached(Step.FOLDER_FORCED);
  }

  private void write(Path temporary, byte[] bytes) throws IOException {
    try (FileChannel channel = open(temporary, StandardOpenOption.CREATE_NEW)) {
      observer.reached(Step.TEMPORARY_CREATED);
      writeFully(channel, ByteBuffer.wrap(bytes, 0, bytes.length / 2));
      observer.reached(Step.HALF_WRITTEN);
      writeFully(
          channel, ByteBuffer.wrap(bytes, bytes.length / 2, bytes.length - bytes.length / 2));
      observer.reached(Step.WRITTEN);
      channel.force(true);
    }
    observer.reached(Step.FORCED);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** So that root may renew what a service of its own user must read. */
  private void keepOwner(Path temporary) throws IOException {
    if (!posix || !Files.exists(target)) {
      return;
    }
    PosixFileAttributes old = Files.readAttributes(target, PosixFileAttributes.class);
    PosixFileAttributes made =
        Files.readAttributes(temporary, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!made.owner().equals(old.owner())) {
      try {
        give(temporary, old);
      } catch (FileSystemException e) {
        throw new AccessDeniedException(
            target.toString(), null, "its owner " + old.owner() + " cannot be kept");
      }
    }
  }

  private FileChannel open(Path path, OpenOption create) throws IOException {
    FileAttribute<?>[] mode =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    return FileChannel.open(
        path, Set.of(StandardOpenOption.WRITE, create, LinkOption.NOFOLLOW_LINKS), mode);
  }

  private void forceFolder() throws IOException {
    if (posix) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private Path sibling(String suffix) {
    return folder.resolve("." + target.getFileName() + suffix);
  }
}
