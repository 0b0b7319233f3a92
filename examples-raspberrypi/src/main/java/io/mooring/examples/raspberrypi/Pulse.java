package io.mooring.examples.raspberrypi;

import io.mooring.ConnectionState;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the device really lives, for the watchdog: not that a thread turns, but that what the
 * client was given gets through, that a connection is being sought when there is none, and that
 * hardware returns. Used by the device's own loop; the beat comes from the client's threads.
 */
final class Pulse {
  /** What an acknowledgement, or an attempt to connect, may take. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final LongSupplier nanoTime;
  private volatile long lastBeat;
  private long stateSince;
  private ConnectionState state = new ConnectionState.Disconnected(null);

  Pulse(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastBeat = nanoTime.getAsLong();
    this.stateSince = lastBeat;
  }

  /** Something was acknowledged, or nothing waits to be. Any thread. */
  void beat() {
    lastBeat = nanoTime.getAsLong();
  }

  void state(ConnectionState now) {
    state = now;
    stateSince = nanoTime.getAsLong();
  }

  /**
   * Why the watchdog is not to be told that the device lives; null if it does.
   *
   * @param hardwareBusy how long the hardware's thread has been at its task
   */
  @Nullable String ailment(Duration hardwareBusy) {
    if (hardwareBusy.compareTo(PATIENCE) > 0) {
      return "hardware has not returned for " + hardwareBusy.toSeconds() + " s";
    }
    if (state instanceof ConnectionState.Connected) {
      Duration silence = since(lastBeat);
      return silence.compareTo(PATIENCE) > 0
          ? "the client has not answered for " + silence.toSeconds() + " s"
          : null;
    }
    Duration pause =
        state instanceof ConnectionState.Waiting waiting ? waiting.delay() : Duration.ZERO;
    Duration stuck = since(stateSince);
    return stuck.compareTo(pause.plus(PATIENCE)) > 0
        ? "no attempt to connect for " + stuck.toSeconds() + " s"
        : null;
  }

  private Duration since(long moment) {
    return Duration.ofNanos(nanoTime.getAsLong() - moment);
  }
}
