package io.mooring.bench.run;

import io.mooring.bench.child.Worker;
import io.mooring.bench.run.TimeBudget.RowTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} process: one client, one port, commands in and figures out. */
final class Measured implements AutoCloseable {
  private static final long END_SECONDS = 10;

  private final String client;
  private final Process process;
  private final BufferedReader replies;
  private final PrintWriter commands;
  private final Path log;
  private boolean fresh = true;

  private Measured(String client, Process process, Path log) {
    this.client = client;
    this.process = process;
    this.log = log;
    this.replies = process.inputReader(StandardCharsets.UTF_8);
    this.commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
  }

  static Measured start(String client, Launch launch, int port, Path folder, Path log)
      throws IOException {
    Process process =
        launch
            .process(log.toFile(), Worker.class, client, Integer.toString(port), folder.toString())
            .start();
    return new Measured(client, process, log);
  }

  String client() {
    return client;
  }

  /** Whether this is the first row of the process. */
  boolean takeFresh() {
    boolean first = fresh;
    fresh = false;
    return first;
  }

  /** Sends a command and waits for its figures, to which the CPU time of the process is added. */
  Answer ask(String command, RowTime time) throws IOException {
    try (Watchdog watchdog = new Watchdog(process, time.leftNanos())) {
      long before = ProcessClock.nanos(process.pid());
      commands.println(command);
      String line = replies.readLine();
      if (watchdog.bitten()) {
        throw new IOException("killed, since " + time.what());
      }
      if (line == null) {
        throw new IOException("the process has ended");
      }
      long cpu = ProcessClock.nanos(process.pid()) - before;
      return Answer.parse(line).with("cpu", (double) cpu);
    } catch (IOException e) {
      throw new IOException(
          "'" + command + "': " + e.getMessage() + "; more in " + log.getFileName(), e);
    }
  }

  @Override
  public void close() {
    commands.close();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
