package io.mooring.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * SoftHSM 2 with a folder of its own. The library reads its configuration once in a process, so
 * there is one for each JVM; tests keep apart by tokens of their own. Needs {@code softhsm2-util};
 * without it the test is skipped ({@link RequiredTool}).
 */
public final class SoftHsm {
  /** The user PIN of every token made here. */
  public static final String PIN = Canaries.planted("a PIN of SoftHsm", "pin-Xw83kfQ1zR");

  /** The security officer's PIN of every token made here. */
  public static final String SO_PIN = Canaries.planted("a PIN of SoftHsm", "so-pin-Lq05vbN7yT");

  private static final List<Path> LIBRARIES =
      Stream.of(
              "/usr/lib/softhsm/libsofthsm2.so",
              "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
              "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
              "/usr/lib64/pkcs11/libsofthsm2.so",
              "/usr/local/lib/softhsm/libsofthsm2.so",
              "/opt/homebrew/lib/softhsm/libsofthsm2.so")
          .map(Path::of)
          .toList();

  private static @Nullable SoftHsm shared;

  private final Path util;
  private final Path library;
  private final Path folder;
  private final Path configuration;

  private SoftHsm(Path folder) throws IOException {
    this.util = RequiredTool.orSkip("softhsm2-util");
    this.library = RequiredTool.fileOrSkip("libsofthsm2.so", LIBRARIES);
    this.folder = folder;
    this.configuration = folder.resolve("softhsm2.conf");
    Files.createDirectory(tokens());
    Files.writeString(
        configuration,
        "directories.tokendir = "
            + tokens()
            + "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n");
  }

  /** The one of this JVM; made at the first call, its folder goes when the JVM ends. */
  public static synchronized SoftHsm shared() {
    SoftHsm present = shared;
    if (present == null) {
      try {
        Path folder = Files.createTempDirectory("mooring-softhsm");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ToolRun.remove(folder)));
        present = new SoftHsm(folder);
      } catch (IOException e) {
        throw new AssertionError("no folder for SoftHSM", e);
      }
      NativeEnvironment.set("SOFTHSM2_CONF", present.configuration.toString());
      shared = present;
    }
    return present;
  }

  /** The PKCS#11 library. */
  public Path library() {
    return library;
  }

  /** What a child process must have in its environment to see the same tokens. */
  public Map<String, String> environment() {
    return Map.of("SOFTHSM2_CONF", configuration.toString());
  }

  /** Makes a token with {@link #PIN} and returns where it lives: move that folder to remove it. */
  public Path initToken(String label) {
    return initToken(label, PIN);
  }

  /** Makes a token with a PIN and returns where it lives. */
  public Path initToken(String label, String pin) {
    Set<Path> before = folders();
    ToolRun.of(
        environment(),
        List.of(
            util.toString(),
            "--init-token",
            "--free",
            "--label",
            label,
            "--so-pin",
            SO_PIN,
            "--pin",
            pin));
    Set<Path> after = folders();
    after.removeAll(before);
    return after.iterator().next();
  }

  /**
   * Runs OpenSC's {@code pkcs11-tool} on a token, logged in; without it the test is skipped.
   *
   * @return what it printed
   */
  public String pkcs11Tool(String tokenLabel, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(RequiredTool.orSkip("pkcs11-tool").toString());
    command.addAll(List.of("--module", library.toString(), "--token-label", tokenLabel));
    command.addAll(List.of("--login", "--pin", PIN));
    command.addAll(List.of(arguments));
    return ToolRun.of(environment(), command);
  }

  private Set<Path> folders() {
    try (Stream<Path> entries = Files.list(tokens())) {
      return entries.collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new AssertionError("the tokens of SoftHSM cannot be listed", e);
    }
  }

  private Path tokens() {
    return folder.resolve("tokens");
  }
}
