package io.mooring.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of the examples as a process of its own, and what it says. */
public final class ProgramProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 40;

  private final Process process;
  private final List<String> lines = new ArrayList<>();

  private ProgramProcess(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "program-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a program on the class path of the tests.
   *
   * @param temporary where it unpacks native libraries
   * @param options of the JVM
   */
  public static ProgramProcess start(
      Class<?> program,
      Path temporary,
      List<String> options,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new ProgramProcess(builder.start());
  }

  public long pid() {
    return process.pid();
  }

  /** Waits until it has said a line that holds the text. */
  public String await(String text) throws InterruptedException {
    return await(text, 1);
  }

  /** Waits until so many lines hold the text, and returns the last of them. */
  public String await(String text, int count) throws InterruptedException {
    return await(text, count, PATIENCE_SECONDS);
  }

  /** Waits so long. */
  public synchronized String await(String text, int count, long seconds)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      List<String> found = lines.stream().filter(line -> line.contains(text)).toList();
      if (found.size() >= count) {
        return found.get(count - 1);
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError(
            "the program said '%s' %d of %d times:%n%s"
                .formatted(text, found.size(), count, said()));
      }
      wait(left);
    }
  }

  public synchronized String said() {
    return String.join("\n", lines);
  }

  /** As a power cut does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  /** SIGTERM, as systemd sends it; the exit code. */
  public int terminate() throws InterruptedException {
    process.toHandle().destroy();
    return exit();
  }

  /** Closes its standard input, which ends one that watches it; the exit code. */
  public int stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    return exit();
  }

  /** Waits for its end; the exit code. */
  public int exit() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the program did not end:\n" + said());
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
