package io.mooring.examples.esp32bridge.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the bridge is told; none of it is a secret.
 *
 * @param name the bridge's own name: Client Identifier and a level of its topics
 * @param base the topic that devices and bridge hang below at the cloud broker
 * @param state the folder for what must survive a crash
 * @param linkReport how often last-seen and link quality are published
 * @param cloud the cloud leg
 * @param serial the serial leg, or null
 * @param local the local leg, or null
 * @param commands bounds of what waits for devices
 * @param devices by device id, in the order of the file
 */
public record BridgeConfig(
    String name,
    String base,
    Path state,
    Duration linkReport,
    CloudSettings cloud,
    @Nullable SerialSettings serial,
    @Nullable LocalSettings local,
    CommandBounds commands,
    Map<String, DeviceSettings> devices) {
  private static final long MOST_BYTES = 4L << 20;

  /**
   * How much may wait for devices that do not take it.
   *
   * @param perDevice commands for one device
   * @param total commands for all devices
   * @param bytes payload and topics of all of them
   * @param expiry how long a command waits that says nothing itself
   */
  public record CommandBounds(int perDevice, int total, long bytes, Duration expiry) {}

  /**
   * Reads and checks a file.
   *
   * @throws ConfigException if it cannot be read, or with each line that is wrong and why
   */
  public static BridgeConfig read(Path file) throws ConfigException {
    Problems problems = new Problems(file);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ConfigException(file, List.of("it is longer than " + MOST_BYTES + " bytes"));
      }
      return parse(file, Files.readAllLines(file, StandardCharsets.UTF_8), problems);
    } catch (IOException e) {
      throw new ConfigException(file, List.of("it cannot be read: " + e));
    }
  }

  /** {@link #read} of lines that are here already. */
  static BridgeConfig parse(Path file, List<String> lines) throws ConfigException {
    return parse(file, lines, new Problems(file));
  }

  private static BridgeConfig parse(Path file, List<String> lines, Problems problems)
      throws ConfigException {
    List<Section> sections = ConfigFile.parse(lines, problems);
    BridgeConfig config = new SectionReader(problems, file).read(sections);
    problems.throwIfAny();
    return config;
  }
}
