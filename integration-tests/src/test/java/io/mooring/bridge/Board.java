package io.mooring.bridge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The firmware's own C code as a process on a pseudo terminal. */
final class Board implements AutoCloseable {
  private final Process process;
  private final Path output;
  private final Path ledger;

  private Board(Process process, Path output, Path ledger) {
    this.process = process;
    this.output = output;
    this.ledger = ledger;
  }

  /** Starts a board at the line {@code tty-NAME} of the world. */
  static Board start(
      Path program, BridgeWorld world, String line, String id, Path key, String... options)
      throws IOException {
    Path folder = world.folder();
    Path output = Files.createTempFile(folder, line, ".out");
    Path ledger = folder.resolve(line + ".ledger");
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--pty",
                folder.resolve("tty-" + line).toString(),
                "--baud",
                "1000000",
                "--id",
                id,
                "--key-file",
                key.toString(),
                "--ledger",
                ledger.toString()));
    command.addAll(List.of(options));
    return new Board(
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start(),
        output,
        ledger);
  }

  /** Waits for its end; its exit code. */
  int await(long seconds) throws InterruptedException {
    assertTrue(process.waitFor(seconds, TimeUnit.SECONDS), () -> "the board did not end");
    return process.exitValue();
  }

  boolean hasEnded() {
    return !process.isAlive();
  }

  /** A number of its last line. */
  long end(String field) {
    String said = said();
    Matcher match = Pattern.compile("\"event\":\"end\".*\"" + field + "\":(\\d+)").matcher(said);
    assertTrue(match.find(), () -> "no " + field + " at the end of:\n" + said);
    return Long.parseLong(match.group(1));
  }

  String said() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The contents of the commands that it did, in order. */
  List<String> commands() throws IOException {
    if (!Files.exists(ledger)) {
      return List.of();
    }
    return Files.readAllLines(ledger, StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("down "))
        .map(line -> line.split(" ", 5)[4])
        .toList();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
