package io.mooring.examples.common;

import io.mooring.ConnectionState;
import io.mooring.Publication;
import io.mooring.SecureMqttClient;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client really lives, for the watchdog: not that a thread turns, but that what the
 * client was given gets through, and that a connection is being sought when there is none. Any
 * thread; the beat comes from the client's own.
 */
public final class Pulse {
  /** What an acknowledgement, or an attempt to connect, may take. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  private final LongSupplier nanoTime;
  private volatile long lastBeat;
  private volatile Standing standing;

  public Pulse(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastBeat = nanoTime.getAsLong();
    this.standing = new Standing(new ConnectionState.Disconnected(null), lastBeat);
  }

  private record Standing(ConnectionState state, long since) {}

  /** Something was acknowledged, or nothing waits to be. */
  public void beat() {
    lastBeat = nanoTime.getAsLong();
  }

  /** What becomes of this message is a beat. */
  public Publication of(Publication publication) {
    publication.delivered().whenComplete((receipt, failure) -> beat());
    return publication;
  }

  /** Asks the client's event loop, whose answer is a beat; what still waits will be one. */
  public void ask(SecureMqttClient client) {
    if (client.pending() == 0) {
      client.drained().thenRun(this::beat);
    }
  }

  /** A connection counts from its first moment as one that answers. */
  public void state(ConnectionState now) {
    if (now instanceof ConnectionState.Connected) {
      beat();
    }
    standing = new Standing(now, nanoTime.getAsLong());
  }

  /** Why the watchdog is not to be told that the client lives; null if it does. */
  public @Nullable String ailment() {
    Standing now = standing;
    if (now.state() instanceof ConnectionState.Connected) {
      return stuck("the client has not answered", since(lastBeat));
    }
    Duration pause =
        now.state() instanceof ConnectionState.Waiting waiting ? waiting.delay() : Duration.ZERO;
    return stuck("no attempt to connect", since(now.since()), pause);
  }

  /** The ailment of whatever has been at its task for longer than anything takes; or null. */
  public static @Nullable String stuck(String what, Duration busy) {
    return stuck(what, busy, Duration.ZERO);
  }

  private static @Nullable String stuck(String what, Duration busy, Duration meant) {
    return busy.compareTo(meant.plus(PATIENCE)) > 0
        ? what + " for " + busy.toSeconds() + " s"
        : null;
  }

  private Duration since(long moment) {
    return Duration.ofNanos(nanoTime.getAsLong() - moment);
  }
}
