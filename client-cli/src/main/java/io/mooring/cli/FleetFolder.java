package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a fleet: {@code bundles/}, the manifest, the credentials for the broker, and the
 * plan. One process at a time. A line that a crash cut off is dropped on opening.
 *
 * <p>What is in the manifest is never made again, so its line comes only once the credential for
 * the broker is on the disk: a power cut may keep the later of two writes and lose the earlier.
 */
final class FleetFolder implements AutoCloseable {
  private static final int FORCE_EVERY = 64;
  private static final int MAX_PLAN_BYTES = 1024 * 1024;

  private final Path folder;
  private final FileChannel lockFile;
  private final LineFile manifest;
  private final LineFile credentials;
  private final List<FleetEntry> withoutLine = new ArrayList<>();

  private FleetFolder(Path folder, FileChannel lockFile, LineFile manifest, LineFile credentials) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.manifest = manifest;
    this.credentials = credentials;
  }

  /**
   * Makes the folder, or opens that of an earlier run.
   *
   * @throws KeystoreException if it belongs to another plan, is in use, or cannot be written
   */
  static FleetFolder open(Path folder, FleetPlan plan) {
    FileChannel lockFile = null;
    boolean done = false;
    try {
      makeFolder(folder);
      lockFile = lock(folder);
      requirePlan(folder.resolve("fleet.plan"), plan.describe());
      makeFolder(folder.resolve("bundles"));
      WholeFile.sweep(folder.resolve("bundles"), null);
      FleetFolder opened =
          new FleetFolder(
              folder,
              lockFile,
              LineFile.open(folder.resolve("manifest.jsonl"), "name"),
              LineFile.open(folder.resolve("scram-credentials.jsonl"), "user"));
      done = true;
      return opened;
    } catch (IOException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NO_ACCESS,
          "Folder " + folder + " cannot be used: " + e + ". Check path, space and permissions.",
          e);
    } finally {
      if (!done) {
        close(lockFile);
      }
    }
  }

  Path bundles() {
    return folder.resolve("bundles");
  }

  Path manifest() {
    return manifest.file;
  }

  Path credentials() {
    return credentials.file;
  }

  /** Whether the device is in the manifest. */
  boolean has(FleetRow row) {
    return manifest.keys.contains(Json.quote(row.name()));
  }

  /** Writes a device down: for the broker at once, in the manifest with others of its batch. */
  void add(FleetEntry entry) {
    try {
      String user = entry.user();
      String credential = entry.credential();
      if (user != null && credential != null) {
        credentials.add(user, credential);
      }
      withoutLine.add(entry);
      if (withoutLine.size() == FORCE_EVERY) {
        force();
      }
    } catch (IOException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NOT_WRITTEN,
          "Folder " + folder + " takes no more: " + e + ". Make room, then run this again.",
          e);
    }
  }

  private void force() throws IOException {
    List<FleetEntry> entries = List.copyOf(withoutLine);
    // Before: a force that fails may seem to work when it is tried again.
    withoutLine.clear();
    credentials.channel.force(false);
    for (FleetEntry entry : entries) {
      manifest.add(entry.name(), entry.manifest());
    }
    manifest.channel.force(false);
  }

  /** Forces what was written to disk, and completes the manifest. */
  @Override
  public void close() {
    try {
      force();
    } catch (IOException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_NOT_WRITTEN,
          "Folder " + folder + " was not written for certain: " + e + ". Run this again.",
          e);
    } finally {
      close(credentials.channel);
      close(manifest.channel);
      close(lockFile);
    }
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      System.getLogger("io.mooring.cli")
          .log(System.Logger.Level.WARNING, "a file of the fleet does not close: {0}", e);
    }
  }

  private static void makeFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Files.createDirectory(path, WholeFile.ownerOnly("rwx------"));
    }
  }

  /** The lock lasts as long as the channel. */
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            WholeFile.ownerOnly());
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new KeystoreException(
          ErrorCode.KEYSTORE_BUSY,
          "Folder " + folder + " is in use by another mooring fleet.",
          null);
    }
    return channel;
  }

  private static void requirePlan(Path file, String plan) {
    if (!Files.exists(file)) {
      WholeFile.create(file, plan.getBytes(StandardCharsets.UTF_8));
      return;
    }
    String[] present =
        new String(WholeFile.read("Plan", file, MAX_PLAN_BYTES), StandardCharsets.UTF_8)
            .split("\n", -1);
    String[] wanted = plan.split("\n", -1);
    for (int i = 0; i < Math.max(present.length, wanted.length); i++) {
      String had = i < present.length ? present[i] : "";
      String wants = i < wanted.length ? wanted[i] : "";
      if (!had.equals(wants)) {
        throw new KeystoreException(
            "Folder "
                + file.getParent()
                + " was made with '"
                + had
                + "', and this run wants '"
                + wants
                + "'. Give the same options to resume it, or choose another --out.");
      }
    }
  }

  /** A file of JSON lines that grows; each line begins with its key. */
  private static final class LineFile {
    private static final Pattern KEY = Pattern.compile("\\{\"[a-z]+\":(\"(?:[^\"\\\\]|\\\\.)*\")");

    private final Path file;
    private final String member;
    private final FileChannel channel;
    private final Set<String> keys = new HashSet<>();

    private LineFile(Path file, String member, FileChannel channel) {
      this.file = file;
      this.member = member;
      this.channel = channel;
    }

    static LineFile open(Path file, String member) throws IOException {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              WholeFile.ownerOnly());
      boolean done = false;
      try {
        LineFile lines = new LineFile(file, member, channel);
        lines.readKeys();
        done = true;
        return lines;
      } finally {
        if (!done) {
          channel.close();
        }
      }
    }

    private void readKeys() throws IOException {
      byte[] content = Files.readAllBytes(file);
      int whole = content.length;
      while (whole > 0 && content[whole - 1] != '\n') {
        whole--;
      }
      channel.truncate(whole);
      channel.position(whole);
      String text = new String(content, 0, whole, StandardCharsets.UTF_8);
      int number = 0;
      for (String line : text.lines().toList()) {
        number++;
        Matcher key = KEY.matcher(line);
        if (!line.startsWith("{\"" + member + "\":") || !key.lookingAt() || !line.endsWith("}")) {
          throw new KeystoreException(
              ErrorCode.KEY_FILE_DAMAGED,
              file + ", line " + number + ": not a line of this file. Restore the file.",
              null);
        }
        keys.add(key.group(1));
      }
    }

    void add(String key, String line) throws IOException {
      if (!keys.add(Json.quote(key))) {
        return;
      }
      ByteBuffer rest = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }
}
