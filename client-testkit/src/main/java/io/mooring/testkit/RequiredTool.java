package io.mooring.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** Finds programs that tests need but the build does not bring. */
public final class RequiredTool {
  /** Where Debian keeps daemons; not on every user's path. */
  private static final List<String> SYSTEM_FOLDERS =
      List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

  private RequiredTool() {}

  /**
   * The program, or the end of the test: skipped with a printed reason, or failed when the
   * environment variable {@code CI} is {@code true}, so that a build server never skips in silence.
   *
   * @throws TestAbortedException if the program is missing
   * @throws AssertionError if it is missing and {@code CI=true}
   */
  public static Path orSkip(String program) {
    return orSkip(program, System.getenv("CI"));
  }

  /**
   * The first of these files that is there, or the end of the test, as {@link #orSkip(String)}.
   *
   * @param what is missing if none is there
   * @param places where distributions put it
   */
  public static Path fileOrSkip(String what, List<Path> places) {
    return places.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseGet(() -> missing(what, System.getenv("CI")));
  }

  /** The program on the search path or in the system folders, if it is there. */
  public static Optional<Path> find(String program) {
    List<String> folders = new ArrayList<>();
    String path = System.getenv("PATH");
    if (path != null) {
      folders.addAll(List.of(path.split(File.pathSeparator, -1)));
    }
    folders.addAll(SYSTEM_FOLDERS);
    return folders.stream()
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Path orSkip(String program, @Nullable String ci) {
    Optional<Path> found = find(program);
    return found.isPresent() ? found.get() : missing(program, ci);
  }

  private static Path missing(String program, @Nullable String ci) {
    String reason = program + " is not installed; this test needs it";
    if ("true".equals(ci)) {
      throw new AssertionError(reason + ", and with CI=true nothing is skipped");
    }
    throw new TestAbortedException(reason);
  }
}
