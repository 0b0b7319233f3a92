package io.mooring.internal.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How old a stored message is, for its Message Expiry Interval, on a board whose wall clock may be
 * wrong or jump. Confined to one thread at a time.
 *
 * <p>What this process accepted is aged by {@link System#nanoTime} alone. The log holds wall-clock
 * times; this remembers by how much the two clocks differed as each message was stamped, so that a
 * clock set later by NTP neither expires a message nor keeps it. Of more jumps than it remembers,
 * the messages before the oldest count as accepted when the last of them was: they live longer,
 * never shorter.
 *
 * <p>What an earlier process accepted is aged by the wall clock only if that makes sense: both
 * times lie after the release of this software, and acceptance lies before now. Otherwise only the
 * time since the outbox was opened counts: a message may then live longer than it should, by the
 * time that the device was off; it never expires early.
 */
final class AcceptanceClock {
  private static final long PLAUSIBLE_MILLIS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final long JUMP_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int JUMPS_REMEMBERED = 256;

  private final Clock wall;
  private final LongSupplier nanos;
  private final long openedMillis;
  private final long openedNanos;

  /** By the first id that was stamped with it. */
  private final TreeMap<Long, Difference> differences = new TreeMap<>();

  private long difference;
  private long accepted;

  /** The latest time of acceptance, on the scale of nanoTime. */
  private long latest;

  private long firstOfThisProcess = Long.MAX_VALUE;

  /**
   * How much the clocks differed from one jump to the next.
   *
   * @param nanos wall clock less nanoTime
   * @param before when the last message before it was accepted, on the scale of nanoTime
   */
  private record Difference(long nanos, long before) {}

  /** The outbox is being opened. */
  AcceptanceClock(Clock wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.openedMillis = wall.millis();
    this.openedNanos = nanos.getAsLong();
    this.latest = openedNanos;
    this.difference = difference();
  }

  private long difference() {
    return TimeUnit.MILLISECONDS.toNanos(wall.millis()) - nanos.getAsLong();
  }

  /** The wall-clock time that stands for {@code acceptedAtNanos} in the log. */
  long stamp(long acceptedAtNanos) {
    long now = difference();
    if (Math.abs(now - difference) > JUMP_NANOS) {
      difference = now;
    }
    accepted = acceptedAtNanos;
    return Math.floorDiv(acceptedAtNanos + difference, 1_000_000L);
  }

  /** The message that {@link #stamp} was asked for got {@code id}. */
  void stamped(long id) {
    Map.Entry<Long, Difference> last = differences.lastEntry();
    if (last == null || last.getValue().nanos != difference) {
      differences.put(id, new Difference(difference, latest));
      if (differences.size() > JUMPS_REMEMBERED) {
        differences.pollFirstEntry();
      }
    }
    firstOfThisProcess = Math.min(firstOfThisProcess, id);
    if (accepted - latest > 0) { // callers overtake each other on the way to the disk
      latest = accepted;
    }
  }

  /** When {@code id} was accepted, on the scale of nanoTime. */
  long acceptedAtNanos(long id, long acceptedAtMillis) {
    Map.Entry<Long, Difference> stampedWith = differences.floorEntry(id);
    if (stampedWith != null) {
      return TimeUnit.MILLISECONDS.toNanos(acceptedAtMillis) - stampedWith.getValue().nanos;
    }
    if (id >= firstOfThisProcess) {
      return differences.firstEntry().getValue().before;
    }
    boolean sensible = acceptedAtMillis >= PLAUSIBLE_MILLIS && acceptedAtMillis <= openedMillis;
    return sensible
        ? openedNanos - TimeUnit.MILLISECONDS.toNanos(openedMillis - acceptedAtMillis)
        : openedNanos;
  }
}
