package io.mooring;

import java.time.Duration;
import java.util.Objects;

/**
 * The Will: what the broker publishes for the device when the connection ends without a normal
 * DISCONNECT (MQTT 5, section 3.1.2.5).
 *
 * @param message topic, payload, QoS, retain and properties of the Will
 * @param delay Will Delay Interval: whole seconds, 0 (at once) to 4,294,967,295 s (section
 *     3.1.3.2.2); the Will is also published when the session ends, whichever comes first
 */
public record Will(Message message, Duration delay) {
  /** Checks the range of {@code delay}. */
  public Will {
    Objects.requireNonNull(message, "message");
    if (delay.isNegative() || delay.compareTo(Message.MAX_EXPIRY) > 0 || delay.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "will delay is 0 s to 4294967295 s in whole seconds; got " + delay);
    }
  }

  /** A Will that is published at once. */
  public static Will of(Message message) {
    return new Will(message, Duration.ZERO);
  }
}
