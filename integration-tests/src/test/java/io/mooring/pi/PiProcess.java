package io.mooring.pi;

import io.mooring.examples.raspberrypi.RaspberryPi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The device as a process of its own, and what it says. */
final class PiProcess implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(40);

  private final Process process;
  private final List<String> lines = new ArrayList<>();

  private PiProcess(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "pi-output");
    reader.setDaemon(true);
    reader.start();
  }

  static PiProcess start(Path temporary, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                RaspberryPi.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new PiProcess(builder.start());
  }

  long pid() {
    return process.pid();
  }

  /** Waits for a line that holds the text, {@code count} times, and returns the last of them. */
  synchronized String await(String text, int count) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE;
    while (true) {
      List<String> found = lines.stream().filter(line -> line.contains(text)).toList();
      if (found.size() >= count) {
        return found.get(count - 1);
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("the device did not say '" + text + "':\n" + said());
      }
      wait(left);
    }
  }

  String await(String text) throws InterruptedException {
    return await(text, 1);
  }

  synchronized String said() {
    return String.join("\n", lines);
  }

  /** As a power cut does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  /** SIGTERM, as systemd sends it; the exit code. */
  int terminate() throws InterruptedException {
    process.toHandle().destroy();
    return exit();
  }

  int exit() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the device did not end:\n" + said());
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
      // Killed: its output is closed under the reader.
      synchronized (this) {
        lines.add("(" + e.getMessage() + ")");
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
