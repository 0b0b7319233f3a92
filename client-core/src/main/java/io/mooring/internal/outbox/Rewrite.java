package io.mooring.internal.outbox;

import io.mooring.identity.SecretMac;
import io.mooring.internal.outbox.MessageCodec.DamagedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes room where an old entry that lives keeps dead ones on disk: the live entries of the oldest
 * segments go into one new file, in their order and under their ids, which then takes the name of
 * the last of these in one step. For the sake of room it frees at least as much as it writes.
 */
final class Rewrite {
  /** Restarts begin a segment each; so many are joined even where little is dead. */
  private static final int MAX_SEGMENTS = 128;

  private final FileOps files;
  private final Path folder;
  private final Segments segments;
  private final @Nullable SecretMac key;

  Rewrite(FileOps files, Path folder, Segments segments, @Nullable SecretMac key) {
    this.files = files;
    this.folder = folder;
    this.segments = segments;
    this.key = key;
  }

  /**
   * How many of the oldest segments to rewrite; 0 for none.
   *
   * @param bound what the log may take on disk
   * @param worth at least so much has to be freed
   * @param overhead of the new file
   */
  int due(long bound, long worth, long overhead) {
    List<Segment> all = segments.all();
    if (all.size() > MAX_SEGMENTS) {
      return all.size() / 2;
    }
    if (segments.diskBytes() <= bound) {
      return 0;
    }
    long dead = -overhead;
    long live = 0;
    for (int i = 0; i < all.size() - 1; i++) {
      Segment each = all.get(i);
      dead += each.fileLength - each.ids().liveBytes();
      live += each.ids().liveBytes();
      if (dead >= Math.max(live, worth)) {
        return i + 1;
      }
    }
    return 0;
  }

  /**
   * Rewrites the {@code count} oldest; the newest segment is not among them.
   *
   * @param snapshot the session as it is now; later segments have their own
   * @param unreadable hears of each live entry that cannot be read, and so is not copied
   * @return bytes written
   * @throws IOException if the disk fails; nothing has changed then, nor if anything else is thrown
   */
  long run(int count, SegmentHead head, Snapshot snapshot, LongConsumer unreadable)
      throws IOException {
    Path unfinished = folder.resolve(Segment.name(head.number(), Segment.UNFINISHED));
    files.delete(unfinished);
    Tail tail = Tail.create(files, unfinished, head, key);
    try {
      Snapshot own = ofItself(snapshot, head, count);
      tail.snapshot(own);
      for (Segment each : segments.all().subList(0, count)) {
        copy(each, tail, unreadable);
      }
      tail.flush();
      tail.accept();
      tail.force(true);
      tail.close();
      tail.segment().ids().trim();
      tail.segment().durable = true;
      Segments.Replacement replacement = segments.replacing(count, tail.segment());
      files.rename(unfinished, folder.resolve(Segment.name(head.number(), Segment.SUFFIX)));
      replacement.happened();
    } catch (IOException | RuntimeException | Error e) {
      tail.close();
      discard(unfinished, e);
      throw e;
    }
    return tail.position();
  }

  private void discard(Path unfinished, Throwable cause) {
    try {
      files.delete(unfinished);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private Snapshot ofItself(Snapshot now, SegmentHead head, int count) {
    int live = 0;
    for (Segment each : segments.all().subList(0, count)) {
      live += each.ids().live();
    }
    return new Snapshot(
        now.clientId(),
        now.nextId(),
        now.held(),
        now.flights(),
        now.inbound(),
        List.of(),
        List.of(new Snapshot.Known(head.number(), head.tag(), 0, now.nextId(), live)));
  }

  private void copy(Segment from, Tail to, LongConsumer unreadable) throws IOException {
    long expected = from.ids().nextLive(0);
    if (expected == 0) {
      return;
    }
    try (Cursor cursor = new Cursor(files, folder, from, key)) {
      for (RecordHeader header = cursor.next(0); header != null; header = cursor.next(0)) {
        expected = skip(from, expected, header.id(), unreadable);
        if (copyEntry(cursor, header, to)) {
          to.segment()
              .ids()
              .add(
                  header.id(), from.ids().size(header.id()), from.ids().isExactlyOnce(header.id()));
        } else {
          unreadable.accept(header.id());
        }
        expected = from.ids().nextLive(header.id());
      }
    }
    skip(from, expected, Long.MAX_VALUE, unreadable);
  }

  private static boolean copyEntry(Cursor cursor, RecordHeader header, Tail to) throws IOException {
    try {
      Cursor.Entry entry = cursor.entry(header);
      to.entry(header.id(), header.qos(), entry.acceptedAtMillis(), entry.content());
      return true;
    } catch (DamagedException e) {
      return false;
    }
  }

  private static long skip(Segment from, long expected, long until, LongConsumer unreadable) {
    long id = expected;
    while (id > 0 && id < until) {
      unreadable.accept(id);
      id = from.ids().nextLive(id);
    }
    return id;
  }
}
