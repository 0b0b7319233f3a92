package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.telemetry.PacketTrace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command shows of its packets, on the bench. */
final class TraceOptions {
  private static final int PAYLOAD_SHOWN = 1024;

  @Option(
      names = "--trace",
      description =
          "Describe every packet on standard error: name, fields, properties; without passwords,"
              + " authentication data, payloads and user properties.")
  boolean wanted;

  @Option(
      names = "--trace-payloads",
      description =
          "The same with payloads, correlation data and user properties, up to 1024 bytes of each.")
  boolean payloads;

  @Option(
      names = "--dangerous-capture",
      paramLabel = "FILE",
      description =
          "Write all MQTT decrypted, passwords included, and the TLS secrets to a new pcapng file"
              + " for Wireshark. Never in the field.")
  @Nullable Path capture;

  @Option(
      names = "--dangerous-key-log",
      paramLabel = "FILE",
      description =
          "Write the TLS secrets to a new key log, by which Wireshark decrypts what it captured"
              + " itself. Never in the field.")
  @Nullable Path keyLog;

  /** Says so to {@code builder}. */
  void apply(ClientBuilder builder, Terminal terminal) {
    if (wanted || payloads) {
      PacketTrace trace = PacketTrace.to(terminal::say);
      builder.trace(payloads ? trace.withPayloads(PAYLOAD_SHOWN) : trace);
    }
    if (capture != null) {
      builder.dangerous().capture(unused("--dangerous-capture", capture));
    }
    if (keyLog != null) {
      builder.dangerous().keyLog(unused("--dangerous-key-log", keyLog));
    }
  }

  private static Path unused(String option, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.exists(file) || (folder != null && !Files.isDirectory(folder))) {
      throw new UsageException(
          option
              + " "
              + file
              + (Files.exists(file) ? " exists" : " has no folder")
              + ": name a new file in a folder that exists");
    }
    return file;
  }
}
