package io.mooring.internal.outbox;

import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The file system of this machine. Inside the folder a symbolic link is followed nowhere. */
final class RealFileOps implements FileOps {
  @Override
  public void prepareFolder(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectory(folder, mode(folder, "rwx------"));
        forceParent(folder);
      } catch (FileAlreadyExistsException madeMeanwhile) {
        // Another process was faster; whether its folder serves is checked below.
      } catch (NoSuchFileException e) {
        throw new OutboxException(
            Reason.FOLDER,
            "Outbox folder "
                + folder
                + " cannot be made: its parent does not exist. Make the parent first.",
            e);
      } catch (AccessDeniedException e) {
        throw new OutboxException(
            Reason.FOLDER,
            "Outbox folder "
                + folder
                + " cannot be made: access denied in its parent. Make it with mode 0700 for the user"
                + " that this program runs as.",
            e);
      }
    } else {
      closeIfEmpty(folder);
    }
    checkFolder(folder);
  }

  /**
   * A new folder as {@code mkdir} makes it is closed to others; what lies in an open one may have
   * been put there by others, and is refused below.
   */
  private void closeIfEmpty(Path folder) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(folder, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null
        || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !list(folder).isEmpty()) {
      return;
    }
    try {
      view.setPermissions(PosixFilePermissions.fromString("rwx------"));
    } catch (FileSystemException notOurs) {
      // checkFolder says what is wrong with it.
    }
  }

  @Override
  public void checkFolder(Path folder) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes =
          Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw new OutboxException(
          Reason.FOLDER, "Outbox folder " + folder + " does not exist. Check the path.", e);
    }
    if (attributes.isSymbolicLink()) {
      throw new OutboxException(
          Reason.FOLDER,
          "Outbox folder "
              + folder
              + " is a symbolic link; whoever may change it decides where messages go. Name the"
              + " folder that it points to.");
    }
    if (!attributes.isDirectory()) {
      throw new OutboxException(
          Reason.FOLDER, "Outbox folder " + folder + " is a file. Name a folder of its own.");
    }
    PosixFileAttributeView view =
        Files.getFileAttributeView(folder, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return;
    }
    PosixFileAttributes posix = view.readAttributes();
    for (PosixFilePermission each : posix.permissions()) {
      if (!each.name().startsWith("OWNER_")) {
        throw new OutboxException(
            Reason.FOLDER,
            "Outbox folder "
                + folder
                + " is open to others than its owner: mode "
                + PosixFilePermissions.toString(posix.permissions())
                + ". Who writes there can put messages under this device's name. Run: chmod 700 "
                + folder);
      }
    }
  }

  @Override
  public Closeable lock(Path folder, boolean create) throws IOException {
    return FolderLock.take(folder, create);
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path each : all) {
        names.add(String.valueOf(each.getFileName()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  @Override
  public Handle create(Path file) throws IOException {
    return new OpenFile(open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ));
  }

  @Override
  public Handle read(Path file) throws IOException {
    requireRegular(file);
    return new OpenFile(
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
  }

  @Override
  public Handle write(Path file) throws IOException {
    requireRegular(file);
    return new OpenFile(open(file, StandardOpenOption.READ));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    if (!isPosix(folder)) {
      // Windows cannot open a folder, and orders its changes by itself.
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void forceParent(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent != null) {
      forceFolder(parent);
    }
  }

  static void requireRegular(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new OutboxException(
          Reason.FOLDER,
          "Outbox file "
              + file
              + " is no regular file. Somebody tampered with the folder: find out who, and remove"
              + " it.");
    }
  }

  /** Opens for writing, made with mode 0600 for the owner of the folder. */
  static FileChannel open(Path file, OpenOption... how) throws IOException {
    Set<OpenOption> options =
        new HashSet<>(Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    options.addAll(List.of(how));
    FileChannel channel = FileChannel.open(file, options, mode(file, "rw-------"));
    try {
      keepOwner(file);
      return channel;
    } catch (IOException e) {
      FileOps.closeQuietly(channel);
      throw e;
    }
  }

  /** So that a service can still use its outbox after root has looked after it. */
  private static void keepOwner(Path file) throws IOException {
    Path folder = file.getParent();
    FileOwnerAttributeView view =
        Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (folder == null || view == null) {
      return;
    }
    UserPrincipal owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS);
    if (!view.getOwner().equals(owner)) {
      view.setOwner(owner);
    }
  }

  private static FileAttribute<?>[] mode(Path file, String permissions) {
    return isPosix(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static final class OpenFile implements Handle {
    private final FileChannel channel;

    OpenFile(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return channel.write(bytes);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return channel.read(into, position);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      channel.force(metadata);
    }

    @Override
    public void truncate(long length) throws IOException {
      channel.truncate(length);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
