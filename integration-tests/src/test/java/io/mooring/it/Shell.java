package io.mooring.it;

import io.mooring.testkit.Canaries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs what a page of the documents shows, with {@code mooring} from the class path of the tests.
 */
final class Shell {
  private final Path folder;
  private final Path script;

  /** A shell whose working folder is this one. */
  Shell(Path folder) throws IOException {
    this.folder = folder;
    this.script = folder.resolve(".mooring-function");
    Files.writeString(
        script,
        "mooring() { '"
            + String.join("' '", java(List.of()))
            + "' io.mooring.cli.Mooring \"$@\"; }\n");
  }

  /** What a run printed and how it ended. */
  record Result(int code, String out, String err) {}

  /** The command that starts the JVM of the tests with their class path. */
  static List<String> java(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }

  /** Runs a block; the first command that fails ends it. */
  Result run(String block) throws IOException, InterruptedException {
    Path err = Files.createTempFile(folder, ".stderr", "");
    Process process =
        new ProcessBuilder("bash", "-c", "set -euo pipefail; . '" + script + "'\n" + block)
            .directory(folder.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        throw new IOException("still running after 300 s: " + block);
      }
      Result result = new Result(process.exitValue(), out, Files.readString(err));
      Canaries.hear("what a shell block printed", result.toString());
      return result;
    } finally {
      process.destroyForcibly();
      Files.delete(err);
    }
  }
}
