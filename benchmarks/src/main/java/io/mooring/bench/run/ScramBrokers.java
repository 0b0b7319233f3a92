package io.mooring.bench.run;

import io.mooring.bench.peer.MooringLogin;
import io.mooring.testkit.ScramCredential;
import io.mooring.testkit.ScramHash;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Two demo brokers, each in a process of its own: one with SCRAM, one with plain passwords. */
final class ScramBrokers implements AutoCloseable {
  private static final String READY = "READY ";
  private static final String MAIN = "io.mooring.demo.DemoBrokerProcess";
  private static final int ITERATIONS = 4096;
  private static final long END_SECONDS = 30;

  private final List<Process> processes = new ArrayList<>();
  private final int scram;
  private final int password;

  private ScramBrokers(Path repository, Path work) throws IOException {
    Path jar = jar(repository.resolve("demo-broker/target"));
    // Passwords are hashed once and keys are compared at the broker: so that its work for a
    // password is next to none, as it is for SCRAM.
    scram = launch(jar, work, users(work.resolve("scram-users"), ITERATIONS));
    password = launch(jar, work, users(work.resolve("users"), 1), "--password-login");
  }

  static ScramBrokers start(Path repository, Path work) throws IOException {
    return new ScramBrokers(repository, work);
  }

  int scram() {
    return scram;
  }

  int password() {
    return password;
  }

  /** A line as the demo broker's {@code provision} writes it. */
  private static Path users(Path file, int iterations) throws IOException {
    ScramCredential credential =
        ScramCredential.of(ScramHash.SHA_256, MooringLogin.PASSWORD.toCharArray(), iterations);
    return Files.writeString(
        file, MooringLogin.USER + " OPERATOR " + credential.serialize() + "\n");
  }

  private int launch(Path jar, Path work, Path users, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    String classPath = jar + File.pathSeparator + jar.resolveSibling("lib") + "/*";
    command.addAll(List.of(Jvm.program(), "-cp", classPath, MAIN));
    command.addAll(List.of("--cert", work.resolve("server.pem").toString()));
    command.addAll(List.of("--key", work.resolve("server.key").toString()));
    command.addAll(List.of("--users", users.toString()));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .redirectError(
                ProcessBuilder.Redirect.appendTo(work.resolve("demo-broker.log").toFile()))
            .start();
    processes.add(process);
    BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
    String line = out.readLine();
    if (line == null || !line.startsWith(READY)) {
      close();
      throw new IOException("The demo broker did not start; see " + work);
    }
    return Integer.parseInt(line.substring(READY.length()));
  }

  private static Path jar(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches("demo-broker-[0-9].*\\.jar"))
          .filter(file -> !file.toString().matches(".*-(sources|javadoc)\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException("No demo broker in " + target + "; build first"));
    }
  }

  /** The demo broker ends with its standard input. */
  @Override
  public void close() throws IOException {
    try {
      for (Process process : processes) {
        process.getOutputStream().close();
      }
      for (Process process : processes) {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      processes.forEach(Process::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }
}
