package io.mooring.bench.run;

import io.mooring.bench.feeder.FeederProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The {@link FeederProcess}, from outside. */
final class Feeder implements AutoCloseable {
  /** Room for the longest order, see {@link MessageRow}, encrypted; taken at once. */
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-Xms1200m", "-Xmx1200m", "-Xmn200m");

  private final Process process;
  private final int port;

  /**
   * Starts it.
   *
   * @param harness the jar of this module
   * @param folder with the broker's PEM files
   */
  Feeder(Path harness, Path folder) throws IOException {
    Path log = folder.resolve("feeder.log");
    process =
        new Launch(Jvm.program(), harness.toString(), FLAGS, Map.of())
            .process(log.toFile(), FeederProcess.class, folder.toString(), Brokers.CIPHER)
            .start();
    String line = process.inputReader(StandardCharsets.US_ASCII).readLine();
    if (line == null || !line.startsWith(FeederProcess.READY)) {
      process.destroyForcibly();
      throw new IOException("The feeder did not start; more in " + log.getFileName());
    }
    port = Integer.parseInt(line.substring(FeederProcess.READY.length()));
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
