package io.mooring.internal.outbox;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the messages that were accepted and cannot be found. A later snapshot says how many lived
 * in each segment; behind the last snapshot, ids without a gap do.
 */
final class Losses {
  private static final class Deficit {
    private final long fromId;
    private final long endId;
    private int missing;

    Deficit(long fromId, long endId, int missing) {
      this.fromId = fromId;
      this.endId = endId;
      this.missing = missing;
    }
  }

  private final Map<Integer, Deficit> deficits = new TreeMap<>();
  private boolean mayRepeat;
  private @Nullable Snapshot snapshot;
  private long firstId;
  private long mentioned;
  private int completedInGap;

  int total() {
    return deficits.values().stream().mapToInt(each -> each.missing).sum();
  }

  boolean mayRepeat() {
    return mayRepeat;
  }

  /** {@code nextId} is larger than all before, for a segment whose snapshot is damaged. */
  void begin(@Nullable Snapshot itsSnapshot, long nextId) {
    snapshot = itsSnapshot;
    firstId = itsSnapshot != null ? itsSnapshot.nextId() : nextId;
    mentioned = 0;
    completedInGap = 0;
  }

  /** A record of the segment at hand names {@code id}, so it existed. */
  void mentions(long id) {
    mentioned = Math.max(mentioned, id);
  }

  /** The segment at hand is read; what lies in it and cannot be read is known but for its tail. */
  void end(Segment segment) {
    LiveIds ids = segment.ids();
    Snapshot own = snapshot;
    if (segment.head().isRewrite()) {
      if (own != null) {
        for (Snapshot.Known known : own.segments()) {
          deficit(segment, 0, 0, known.live() - ids.seen());
        }
      }
      return;
    }
    long last = Math.max(mentioned, ids.lastId());
    if (last >= firstId) {
      long missing = last - firstId + 1 - ids.seen() - completedInGap;
      deficit(segment, firstId, last + 1, (int) Math.min(Integer.MAX_VALUE, missing));
    }
  }

  private void deficit(Segment segment, long fromId, long endId, int missing) {
    if (missing > 0) {
      deficits.put(segment.number(), new Deficit(fromId, endId, missing));
    }
  }

  /** A snapshot says how many lived in an older segment; {@code found} were found. */
  void compare(Snapshot.Known known, long fromId, int found) {
    deficits.remove(known.number());
    if (known.live() > found) {
      deficits.put(known.number(), new Deficit(fromId, known.endId(), known.live() - found));
    } else if (known.live() < found) {
      mayRepeat = true;
    }
  }

  /** An entry that was not found has been completed, so it is no loss. */
  void completedUnseen(long id) {
    for (Deficit each : deficits.values()) {
      if (id >= each.fromId && id < each.endId && each.missing > 0) {
        each.missing--;
        return;
      }
    }
    if (id >= firstId) {
      completedInGap++;
    }
  }
}
