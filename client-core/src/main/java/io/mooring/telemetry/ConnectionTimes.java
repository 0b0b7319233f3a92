package io.mooring.telemetry;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long each phase of a connection attempt took. What this device made the attempt wait, for its
 * turn or for the one worker thread, is in {@link #queued} and in no other phase. Phases may
 * overlap, so that their sum can be more than the total; what no phase covers, such as an audit of
 * sockets, is in the total alone.
 *
 * @param phases the phases that began, by their order, without {@link ConnectionPhase#TURN}
 * @param queued waiting for the turn and for the worker
 * @param total from the beginning of the attempt to its end, good or bad
 */
public record ConnectionTimes(
    Map<ConnectionPhase, Duration> phases, Duration queued, Duration total) {
  /** Keeps a copy, in the order of the phases. */
  public ConnectionTimes {
    Map<ConnectionPhase, Duration> ordered = new EnumMap<>(ConnectionPhase.class);
    ordered.putAll(phases);
    phases = java.util.Collections.unmodifiableMap(ordered);
  }

  /** What a phase took; zero if it was not reached. */
  public Duration of(ConnectionPhase phase) {
    return phases.getOrDefault(phase, Duration.ZERO);
  }

  /** Such as {@code 312 ms: DNS 3, TCP 12, TLS 180, PATH_CHECK 20, CONNACK 40, queued 0}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(96);
    text.append(total.toMillis()).append(" ms: ");
    phases.forEach(
        (phase, took) -> text.append(phase).append(' ').append(took.toMillis()).append(", "));
    return text.append("queued ").append(queued.toMillis()).toString();
  }
}
