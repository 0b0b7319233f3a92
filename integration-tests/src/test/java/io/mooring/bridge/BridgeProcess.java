package io.mooring.bridge;

import io.mooring.examples.esp32bridge.Esp32Bridge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The bridge as a process of its own, and what it says. */
final class BridgeProcess implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final Process process;
  private final List<String> lines = new ArrayList<>();

  private BridgeProcess(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "bridge-output");
    reader.setDaemon(true);
    reader.start();
  }

  static BridgeProcess start(Path configuration) throws IOException {
    Path folder = configuration.toAbsolutePath().getParent();
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    return new BridgeProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Esp32Bridge.class.getName(),
                "run",
                "--config",
                configuration.toString(),
                "--stop-with-stdin")
            .redirectErrorStream(true)
            .start());
  }

  long pid() {
    return process.pid();
  }

  /** Waits until it has said a line that holds the text. */
  synchronized String await(String text) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE;
    while (true) {
      for (String line : lines) {
        if (line.contains(text)) {
          return line;
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("the bridge did not say '" + text + "':\n" + said());
      }
      wait(left);
    }
  }

  /** Waits until so many lines hold the text. */
  synchronized void awaitCount(String text, int count, long seconds) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (lines.stream().filter(line -> line.contains(text)).count() < count) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError(
            "the bridge did not say '" + text + "' " + count + " times:\n" + said());
      }
      wait(left);
    }
  }

  synchronized String said() {
    return String.join("\n", lines);
  }

  /** As a power cut does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  /** Ends it in good order; its exit code. */
  int stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the bridge did not end:\n" + said());
    }
    return process.exitValue();
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (this) {
          lines.add(line);
          notifyAll();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
