package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.testkit.Canaries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of the command inside this JVM, with its streams. */
final class Cli {
  private InputStream in = InputStream.nullInputStream();
  private char @Nullable [] answer;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Shutdown shutdown = new Shutdown();
  private int code = Integer.MIN_VALUE;

  static Cli with() {
    return new Cli();
  }

  /** Runs and expects an exit code; the streams are in the message if it is another. */
  static Cli run(ExitCode expected, String... arguments) {
    return with().go(expected, arguments);
  }

  Cli input(String text) {
    return input(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  Cli input(InputStream stream) {
    in = stream;
    return this;
  }

  Cli answering(String password) {
    answer = password.toCharArray();
    return this;
  }

  Cli go(ExitCode expected, String... arguments) {
    execute(arguments);
    assertEquals(expected.code(), code, () -> "stderr: " + err() + "\nstdout: " + out());
    return this;
  }

  /** Runs on a thread of its own, for what ends by a signal. */
  CompletableFuture<Integer> start(String... arguments) {
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              execute(arguments);
              ended.complete(code);
            },
            "cli-under-test");
    thread.setDaemon(true);
    thread.start();
    return ended.orTimeout(30, TimeUnit.SECONDS);
  }

  private void execute(String... arguments) {
    Terminal terminal =
        new Terminal(
            in,
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            question -> answer == null ? null : answer.clone());
    code = Mooring.run(terminal, shutdown, arguments);
    shutdown.finished(Shutdown.BY_SIGNAL);
    Canaries.hear("what the command printed", out());
    Canaries.hear("what the command said of itself", err());
  }

  Shutdown shutdown() {
    return shutdown;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Writes a file that only its owner may read. */
  static Path secret(Path file, String content) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content);
  }
}
