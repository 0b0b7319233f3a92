package io.mooring.examples.esp32bridge.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The serial leg.
 *
 * @param lines which ports to open, and how
 * @param keys the keystore file with the devices' keys
 * @param storepass the file with its password
 * @param keepAlive after so long without a frame a side pings; three of them lose the session
 * @param window sequenced frames under way in each direction, 1 to 32
 * @param payload the largest payload of a frame, 128 to 8192 bytes
 * @param rescan how often new ports are looked for
 * @param floodPause how long a line is ignored whose device sent beyond its credit
 */
public record SerialSettings(
    List<Line> lines,
    Path keys,
    Path storepass,
    Duration keepAlive,
    int window,
    int payload,
    Duration rescan,
    Duration floodPause) {
  /** Copies the list. */
  public SerialSettings {
    lines = List.copyOf(lines);
  }

  /**
   * Ports by name.
   *
   * @param pattern an absolute path; {@code *} stands for any characters but a slash
   * @param baud 9,600 to 3,000,000
   */
  public record Line(String pattern, int baud) {}
}
