package io.mooring.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process that the quickstart starts, reads and ends. */
final class ChildJvm implements AutoCloseable {
  private static final Duration GOOD_ORDER = Duration.ofSeconds(10);
  private static final int SHOWN_LINES = 25;

  private final String name;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  private ChildJvm(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts {@code java} of this JVM's own home, quick to start and small.
   *
   * @param temporary where it keeps temporary files
   */
  static ChildJvm start(String name, Path temporary, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx256m",
            "-Djava.io.tmpdir=" + temporary));
    command.addAll(arguments);
    ChildJvm child =
        new ChildJvm(name, new ProcessBuilder(command).redirectErrorStream(true).start());
    Thread reader = new Thread(child::readLines, name + "-output");
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  long pid() {
    return process.pid();
  }

  /**
   * Waits for a line that begins so, without leading blanks.
   *
   * @return the rest of the line
   * @throws IOException if the process ends or the time is over before
   */
  String await(String beginning, Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (lines) {
      for (int next = 0; ; ) {
        for (; next < lines.size(); next++) {
          String line = lines.get(next).strip();
          if (line.startsWith(beginning)) {
            return line.substring(beginning.length()).strip();
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (ended || left <= 0) {
          throw new IOException(
              "The "
                  + name
                  + (ended ? " ended" : " did not say so within " + patience.toSeconds() + " s")
                  + ", and did not print '"
                  + beginning
                  + "'. Its last lines:\n"
                  + lastLines());
        }
        lines.wait(left);
      }
    }
  }

  /**
   * Waits for the process to end by itself.
   *
   * @return its exit code
   */
  int awaitExit(Duration patience) throws IOException, InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException(
          "The " + name + " did not end within " + patience.toSeconds() + " s:\n" + lastLines());
    }
    return process.exitValue();
  }

  /** SIGTERM. Not {@code Process.destroy()}, which would cut off the process's last words. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Ends the process, in good order if it will, and waits until it is gone. */
  @Override
  public void close() {
    terminate();
    try {
      if (!process.waitFor(GOOD_ORDER.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void readLines() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException e) {
      synchronized (lines) {
        lines.add("(its output cannot be read any more: " + e + ")");
      }
    } finally {
      synchronized (lines) {
        ended = true;
        lines.notifyAll();
      }
    }
  }

  private String lastLines() {
    synchronized (lines) {
      return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()))
          .indent(4);
    }
  }
}
