package io.mooring.telemetry;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * Every packet of a client in words, for the bench: time, attempt, direction, name, fields and
 * properties, one line each. See {@link io.mooring.ClientBuilder#trace}. Immutable.
 *
 * <p>Passwords and Authentication Data are never shown, nor are payloads, Correlation Data and
 * values of User Properties unless {@link #withPayloads} asks for them. Topics, client identifiers
 * and user names are.
 */
public final class PacketTrace {
  private static final int MOST_PAYLOAD = 64 * 1024;

  private final Consumer<String> lines;
  private final int payloadBytes;

  private PacketTrace(Consumer<String> lines, int payloadBytes) {
    this.lines = lines;
    this.payloadBytes = payloadBytes;
  }

  /** Lines for {@code lines}, off the event loop and in order. What it throws is logged. */
  public static PacketTrace to(Consumer<String> lines) {
    return new PacketTrace(Objects.requireNonNull(lines, "lines"), -1);
  }

  /**
   * Shows the application's content too: payloads, Correlation Data, User Properties.
   *
   * @param bytes at most so many of each, 1 to 65,536; packets over 64 KiB show none
   */
  public PacketTrace withPayloads(int bytes) {
    if (bytes < 1 || bytes > MOST_PAYLOAD) {
      throw new IllegalArgumentException("withPayloads is 1 to 65536 bytes; got " + bytes);
    }
    return new PacketTrace(lines, bytes);
  }

  /** Where the lines go. */
  public Consumer<String> lines() {
    return lines;
  }

  /** How much of payloads is shown, or -1 for nothing. */
  public int payloadBytes() {
    return payloadBytes;
  }
}
