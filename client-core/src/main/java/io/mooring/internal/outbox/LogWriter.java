package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.error.KeystoreException;
import io.mooring.identity.SecretMac;
import io.mooring.internal.telemetry.Log;
import io.mooring.outbox.Outbox;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes what is pending, begins segments, and keeps the log within its bound on disk. */
final class LogWriter {
  private static final long SMALLEST_SEGMENT = 64L * 1024;
  private static final long LARGEST_SEGMENT = 4L * 1024 * 1024;
  private static final int SEGMENTS_IN_BOUND = 16;

  private final Outbox settings;
  private final Path folder;
  private final FileOps files;
  private final SecureRandom random;
  private final Segments segments;
  private final Supplier<Snapshot> now;
  private final long segmentBytes;
  private final Rewrite rewrite;
  private int lastNumber;

  /** The segment being written; null after a restart and after a failure. */
  private @Nullable Tail tail;

  /** A segment that the commit at hand began; it exists once that commit has succeeded. */
  private @Nullable Tail fresh;

  /** Notes of a failed commit stand in no segment; the snapshot of the next has to say them. */
  private boolean snapshotDue;

  /** What an earlier run wrote last; the end of that process may have come before its force. */
  private @Nullable Segment inherited;

  private boolean unforced;
  private boolean folderUnforced;
  private boolean begun;
  private long written;

  LogWriter(
      Outbox settings,
      FileOps files,
      SecureRandom random,
      Segments segments,
      int lastNumber,
      Supplier<Snapshot> now) {
    this.settings = settings;
    this.folder = settings.folder();
    this.files = files;
    this.random = random;
    this.segments = segments;
    this.lastNumber = lastNumber;
    this.now = now;
    List<Segment> found = segments.all();
    this.inherited = found.isEmpty() ? null : found.get(found.size() - 1);
    this.rewrite = new Rewrite(files, folder, segments, settings.encryptedWith());
    this.segmentBytes = segmentBytes(settings.atMostBytes());
  }

  static long segmentBytes(long bound) {
    return Math.min(LARGEST_SEGMENT, Math.max(SMALLEST_SEGMENT, bound / SEGMENTS_IN_BOUND));
  }

  long writtenBytes() {
    return written;
  }

  /** Begins a segment and forces it, so that the client identifier in it is durable. */
  void begin(Pending pending) {
    guarded(
        pending,
        () -> {
          Tail current = beginSegment();
          write(current, pending.behindSnapshot());
          force(current);
        });
    accept(pending);
  }

  /**
   * Writes what is pending, and empties it. On failure nothing of it counts, and {@code pending} is
   * left with what stays true.
   */
  void commit(Pending pending, boolean force) {
    guarded(
        pending,
        () -> {
          Tail current = pending.isEmpty() && !snapshotDue ? tail : write(pending);
          if (force) {
            forceInherited();
          }
          if (force && current != null) {
            force(current);
          }
        });
    accept(pending);
  }

  private interface Step {
    void run() throws IOException;
  }

  private void guarded(Pending pending, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      fail(pending);
      throw Failures.typed(folder, "written to", e);
    } catch (KeystoreException e) {
      fail(pending);
      throw Keys.unavailable(folder, e);
    }
  }

  private Tail write(Pending pending) throws IOException {
    Tail current = tail;
    if (current == null) {
      return write(beginSegment(), pending.behindSnapshot());
    }
    if (current.position() + pending.size() > segmentBytes) {
      // A later force reaches the new segment only.
      force(current);
      return write(beginSegment(), pending.behindSnapshot());
    }
    return write(current, pending.items());
  }

  private void forceInherited() throws IOException {
    Segment last = inherited;
    if (last != null) {
      try (FileOps.Handle handle = files.write(last.file(folder))) {
        handle.force(true);
      }
      files.forceFolder(folder);
      last.durable = last.length > SegmentHead.AREA;
      inherited = null;
    }
  }

  private Tail beginSegment() throws IOException {
    forceInherited();
    SecretMac key = settings.encryptedWith();
    SegmentHead head = Tail.newHead(++lastNumber, 0, key, random);
    Path file = folder.resolve(Segment.name(head.number(), Segment.SUFFIX));
    Tail created = Tail.create(files, file, head, key);
    fresh = created;
    folderUnforced = true;
    created.snapshot(now.get());
    return created;
  }

  private Tail write(Tail to, List<Pending.Item> items) throws IOException {
    unforced = true;
    for (Pending.Item each : items) {
      Message message = each.message();
      if (message != null) {
        to.entry(each.id(), each.acceptedAtMillis(), message);
      } else {
        to.bare(each.type(), each.packetId(), each.id());
      }
    }
    to.flush();
    return to;
  }

  private void force(Tail current) throws IOException {
    if (unforced) {
      current.force(folderUnforced);
      if (folderUnforced) {
        files.forceFolder(folder);
        folderUnforced = false;
      }
      current.segment().durable = true;
      unforced = false;
    }
  }

  /**
   * It begins to count. What may run out of memory comes first: until a segment's length moves, all
   * of it can be given up.
   */
  private void accept(Pending pending) {
    Tail begun = fresh;
    Tail current = begun != null ? begun : tail;
    if (current != null) {
      current.segment().add(pending);
    }
    if (begun != null) {
      if (tail != null) {
        tail.segment().ids().trim();
        tail.close();
      }
      segments.add(begun.segment());
      tail = begun;
      fresh = null;
      snapshotDue = false;
      this.begun = true;
    }
    if (current != null) {
      written += current.position() - current.segment().length;
      current.accept();
    }
    pending.clear();
  }

  /** Nothing of {@code pending} was accepted, for a reason that is not the disk's. Idempotent. */
  void giveUp(Pending pending) {
    fail(pending);
  }

  /** What failed is never written to again: what its bytes are by now, nobody knows. */
  private void fail(Pending pending) {
    Tail written = fresh != null ? fresh : tail;
    if (written != null) {
      written.segment().remove(pending);
    }
    pending.reject();
    snapshotDue = true;
    unforced = false;
    folderUnforced = false;
    Tail failed = fresh;
    if (failed != null) {
      fresh = null;
      if (tail != null) {
        tail.close();
      }
      discard(failed);
    } else if (tail != null) {
      tail.abandon();
    }
    tail = null;
  }

  /** A segment that cannot be deleted stays known, as one that counts for nothing. */
  private void discard(Tail failed) {
    failed.close();
    try {
      files.delete(failed.segment().file(folder));
      files.forceFolder(folder);
    } catch (IOException e) {
      failed.segment().fileLength = failed.position();
      segments.add(failed.segment());
    }
  }

  /** Deletes what is dead, as far as the disk lets. */
  void reclaim() {
    try {
      if (segments.hasDead()) {
        forceInherited();
      }
      segments.reclaim();
    } catch (IOException e) {
      Log.OUTBOX.log(
          System.Logger.Level.DEBUG, "A segment of the outbox could not be deleted yet", e);
    }
  }

  /**
   * Deletes and rewrites. Not part of the commit, which has succeeded: whatever is thrown, such as
   * by an application's key, the log takes more room until the next segment begins.
   */
  void tidyUp(LongConsumer unreadable) {
    try {
      reclaim();
      if (begun) {
        begun = false;
        compact(unreadable);
      }
    } catch (IOException | RuntimeException | Error e) {
      Log.OUTBOX.log(
          System.Logger.Level.WARNING, "Outbox " + folder + " could not be compacted yet", e);
    }
  }

  private void compact(LongConsumer unreadable) throws IOException {
    Snapshot snapshot = now.get();
    long overhead = (long) SegmentHead.AREA + RecordHeader.BYTES + snapshot.encode().length;
    long bound = 2 * settings.atMostBytes() + 2 * segmentBytes;
    int count = rewrite.due(bound, segmentBytes / 4, overhead);
    while (count > 0) {
      List<Segment> all = segments.all();
      Segment first = all.get(0);
      int from = first.head().isRewrite() ? first.head().replacesFrom() : first.number();
      SegmentHead head =
          Tail.newHead(all.get(count - 1).number(), from, settings.encryptedWith(), random);
      written += rewrite.run(count, head, snapshot, unreadable);
      reclaim();
      count = rewrite.due(bound, segmentBytes / 4, overhead);
    }
  }

  void close() {
    if (tail != null) {
      tail.close();
      tail = null;
    }
  }
}
