package io.mooring.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * A file system in memory of a few KiB, that can be full or read-only for real. Only root can mount
 * one: for others the test is skipped, and fails for root with {@code CI=true} where it cannot.
 */
public final class TinyDisk implements AutoCloseable {
  private static final int BLOCK = 4096;

  private final Path folder;

  private TinyDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * Mounts one.
   *
   * @param folder an empty folder
   * @param kibibytes how much it holds
   */
  public static TinyDisk at(Path folder, int kibibytes) {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new TestAbortedException("skipped: a tiny tmpfs can only be mounted by root");
    }
    try {
      mount("-t", "tmpfs", "-o", "size=" + kibibytes + "k,mode=700", "tmpfs", folder.toString());
    } catch (AssertionError e) {
      if ("true".equals(System.getenv("CI"))) {
        throw e;
      }
      throw new TestAbortedException("skipped: a tmpfs cannot be mounted here", e);
    }
    return new TinyDisk(folder);
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Takes all space that is left. */
  public void fill() throws IOException {
    try (OutputStream ballast = Files.newOutputStream(folder.resolve("ballast"))) {
      while (true) {
        ballast.write(new byte[BLOCK]);
      }
    } catch (IOException e) {
      if (Files.getFileStore(folder).getUsableSpace() >= BLOCK) {
        throw e;
      }
    }
  }

  /** Gives the space back. */
  public void makeRoom() throws IOException {
    Files.delete(folder.resolve("ballast"));
  }

  /** Makes it read-only, as the system does after errors of a medium. */
  public void readOnly() {
    mount("-o", "remount,ro", folder.toString());
  }

  @Override
  public void close() {
    ToolRun.of(Map.of(), List.of("umount", "-l", folder.toString()));
  }

  private static void mount(String... arguments) {
    List<String> command = new java.util.ArrayList<>(List.of("mount"));
    command.addAll(List.of(arguments));
    ToolRun.of(Map.of(), command);
  }
}
