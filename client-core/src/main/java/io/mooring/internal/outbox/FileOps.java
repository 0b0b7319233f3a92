package io.mooring.internal.outbox;

import io.mooring.internal.telemetry.Log;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that the log asks of a file system, so that tests can break each call. */
public interface FileOps {
  /** The file system of this machine. */
  FileOps REAL = new RealFileOps();

  /**
   * Makes {@code folder} with mode 0700 if there is none, and checks that it is a folder of its
   * own: no symbolic link, closed to group and others.
   *
   * @throws io.mooring.error.OutboxException with reason FOLDER if it does not serve
   */
  void prepareFolder(Path folder) throws IOException;

  /** Like {@link #prepareFolder}, but makes nothing. */
  void checkFolder(Path folder) throws IOException;

  /**
   * Takes the lock of {@code folder} against other processes and against this one.
   *
   * @param create false to take it only where a lock file is: looking changes nothing
   * @throws io.mooring.error.OutboxException with reason LOCKED if somebody holds it
   */
  Closeable lock(Path folder, boolean create) throws IOException;

  /** The names of all files in {@code folder}, in no order. */
  List<String> list(Path folder) throws IOException;

  /** Makes a file that must not exist yet, with mode 0600, for writing and reading. */
  Handle create(Path file) throws IOException;

  /** Opens a regular file for reading; a symbolic link is refused. */
  Handle read(Path file) throws IOException;

  /** Opens a regular file to cut it; a symbolic link is refused. */
  Handle write(Path file) throws IOException;

  /** Renames within the folder, in one step, over whatever {@code to} was. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file; without effect if there is none. */
  void delete(Path file) throws IOException;

  /** Makes creations, renames and deletions in {@code folder} durable. */
  void forceFolder(Path folder) throws IOException;

  /** An open file. */
  interface Handle extends Closeable {
    /** Appends some of {@code bytes}; returns how many. */
    int write(ByteBuffer bytes) throws IOException;

    /** Reads some bytes at {@code position}; -1 at the end of the file. */
    int read(ByteBuffer into, long position) throws IOException;

    /** Makes what was written durable. */
    void force(boolean metadata) throws IOException;

    /** Cuts the file to {@code length}. */
    void truncate(long length) throws IOException;

    /** The length in bytes. */
    long size() throws IOException;
  }

  /** Closes {@code handle} where a failure changes nothing any more. */
  static void closeQuietly(@Nullable Closeable handle) {
    if (handle == null) {
      return;
    }
    try {
      handle.close();
    } catch (IOException e) {
      Log.OUTBOX.log(System.Logger.Level.DEBUG, "A file of the outbox could not be closed", e);
    }
  }
}
