package io.mooring.internal.outbox;

import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import io.mooring.internal.outbox.MessageCodec.DamagedException;
import io.mooring.internal.outbox.SegmentHead.NewerFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from disk and changes nothing. Segments in order, records in order; behind damage it
 * goes on with the next intact record.
 */
final class Replay {
  private final FileOps files;
  private final Path folder;
  private final Damage damage = new Damage();
  private final List<Segment> segments = new ArrayList<>();
  private final List<String> superseded = new ArrayList<>();
  private final List<Integer> unreadable = new ArrayList<>();
  private final SessionTable session = new SessionTable();
  private final Map<Integer, Snapshot> snapshots = new HashMap<>();
  private final Losses losses = new Losses();
  private final Set<Integer> setAside = new HashSet<>();
  private final List<Long> delivered = new ArrayList<>();
  private String clientId = "";
  private long nextId = 1;
  private int lastNumber;

  private Replay(FileOps files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /** Reads all of it. */
  static Replay of(FileOps files, Path folder) throws IOException {
    Replay replay = new Replay(files, folder);
    replay.findSegments();
    for (Segment each : replay.segments) {
      replay.readSnapshot(each);
    }
    replay.learnLengths();
    for (Segment each : replay.segments) {
      replay.readRecords(each);
    }
    replay.settleSession();
    return replay;
  }

  /** Oldest first. */
  List<Segment> segments() {
    return segments;
  }

  SessionTable session() {
    return session;
  }

  /** Empty if none is stored. */
  String clientId() {
    return clientId;
  }

  long nextId() {
    return nextId;
  }

  /** The largest segment number that any file has, or 0. */
  int lastNumber() {
    return lastNumber;
  }

  /** Files that a rewrite has replaced, oldest first; they must go before the rewrite does. */
  List<String> superseded() {
    return superseded;
  }

  /** Segments without an intact head. */
  List<Integer> unreadable() {
    return unreadable;
  }

  /** Entries that recovery found to be delivered; nothing on disk says so yet. */
  List<Long> delivered() {
    return delivered;
  }

  Recovery recovery() {
    int messages = 0;
    long bytes = 0;
    for (Segment each : segments) {
      messages += each.ids().live();
      bytes += each.ids().liveBytes();
    }
    int lost = losses.total();
    List<String> findings = new ArrayList<>(damage.findings());
    if (lost > 0) {
      findings.add(
          lost
              + (lost == 1 ? " message" : " messages")
              + " that had been accepted cannot be read any more.");
    }
    if (losses.mayRepeat()) {
      findings.add(
          "Some notes of deliveries are lost: messages that were delivered may be sent again.");
    }
    return new Recovery(messages, bytes, lost, damage.skippedBytes(), findings);
  }

  private void findSegments() throws IOException {
    TreeSet<Integer> numbers = new TreeSet<>();
    for (String name : files.list(folder)) {
      int number = Segment.number(name, Segment.SUFFIX);
      int aside = Segment.number(name, Segment.ASIDE);
      if (number > 0) {
        numbers.add(number);
      } else if (aside > 0) {
        setAside.add(aside);
      } else if (Segment.number(name, Segment.UNFINISHED) > 0) {
        superseded.add(name);
      }
      lastNumber = Math.max(lastNumber, Math.max(number, aside));
    }
    for (int number : numbers) {
      Segment segment = readHead(number);
      if (segment == null) {
        unreadable.add(number);
      } else {
        segments.add(segment);
      }
    }
    for (Segment rewrite : List.copyOf(segments)) {
      dropReplacedBy(rewrite);
    }
  }

  private void dropReplacedBy(Segment rewrite) {
    for (Segment each : List.copyOf(segments)) {
      if (rewrite.head().replaces(each.number())) {
        segments.remove(each);
        superseded.add(Segment.name(each.number(), Segment.SUFFIX));
      }
    }
  }

  private @Nullable Segment readHead(int number) throws IOException {
    Path file = folder.resolve(Segment.name(number, Segment.SUFFIX));
    try (FileOps.Handle handle = files.read(file)) {
      ByteBuffer area = ByteBuffer.allocate(SegmentHead.AREA);
      int read = 0;
      while (read >= 0 && area.hasRemaining()) {
        read = handle.read(area, area.position());
      }
      long length = handle.size();
      SegmentHead head = SegmentHead.decode(area.array(), area.position());
      if (head == null || head.number() != number) {
        damage.headLost(number, length);
        return null;
      }
      Segment segment = new Segment(head);
      segment.length = length;
      segment.fileLength = length;
      return segment;
    } catch (NewerFormatException e) {
      throw new OutboxException(
          Reason.NEWER_FORMAT,
          "Outbox segment "
              + file
              + " is of format "
              + e.version()
              + "; this version of Mooring knows format "
              + SegmentHead.VERSION
              + ". Nothing was changed. Use the newer version, or drain the outbox with it first.",
          e);
    }
  }

  private SegmentReader reader(Segment segment) throws IOException {
    FileOps.Handle handle = files.read(segment.file(folder));
    return new SegmentReader(handle, segment.head(), segment.length);
  }

  private void readSnapshot(Segment segment) throws IOException {
    try (SegmentReader reader = reader(segment)) {
      RecordHeader first = reader.next();
      if (first != null
          && first.type() == RecordHeader.SNAPSHOT
          && reader.offset() == SegmentHead.AREA) {
        byte[] body = reader.body(first);
        if (body != null) {
          snapshots.put(segment.number(), Snapshot.decode(body));
        }
      }
    } catch (DamagedException e) {
      damage.strange(segment.number(), SegmentHead.AREA);
    }
  }

  /** Later segments say how far earlier ones count, and which there were. */
  private void learnLengths() {
    Snapshot newest = null;
    for (Segment each : segments) {
      Snapshot snapshot = snapshots.get(each.number());
      if (snapshot == null) {
        continue;
      }
      newest = snapshot;
      for (Snapshot.Known known : snapshot.segments()) {
        Segment older = segment(known.number());
        if (older != null && older.head().tag() == known.tag() && older != each) {
          damage.shorter(older.number(), known.length() - older.fileLength);
          older.length = Math.min(known.length(), older.fileLength);
        }
      }
    }
    if (newest != null) {
      findMissing(newest);
    }
  }

  private void findMissing(Snapshot newest) {
    for (Snapshot.Known known : newest.segments()) {
      int number = known.number();
      boolean counts = known.length() > 0 && !isReplaced(number);
      if (counts && number > oldest() && segment(number) == null) {
        if (setAside.contains(number)) {
          damage.setAside(number);
        } else if (!unreadable.contains(number)) {
          damage.missing(number);
        }
      }
    }
  }

  /** Segments before this one were deleted in the course of things: oldest first. */
  private int oldest() {
    int readable = segments.get(0).number();
    return unreadable.isEmpty() ? readable : Math.min(readable, unreadable.get(0));
  }

  private boolean isReplaced(int number) {
    return segments.stream().anyMatch(each -> each.head().replaces(number));
  }

  private @Nullable Segment segment(int number) {
    for (Segment each : segments) {
      if (each.number() == number) {
        return each;
      }
    }
    return null;
  }

  private void readRecords(Segment segment) throws IOException {
    boolean last = segment == segments.get(segments.size() - 1);
    long skippedBefore = damage.skippedBytes();
    losses.begin(snapshots.get(segment.number()), nextId);
    try (SegmentReader reader = reader(segment)) {
      boolean any = false;
      for (RecordHeader record = reader.next(); record != null; record = reader.next()) {
        any = true;
        damage.skipped(segment.number(), reader.skippedAt(), reader.skipped());
        read(segment, reader, record);
      }
      if (!any && segment.length == segment.fileLength) {
        damage.nothingIn(segment.number(), segment.length);
      } else if (last) {
        damage.tornTail(segment.number(), reader.skippedAt(), reader.skipped());
      } else {
        damage.skipped(segment.number(), reader.skippedAt(), reader.skipped());
      }
    }
    if (last) {
      // Ids that the damage hides are not given out again.
      nextId += (damage.skippedBytes() - skippedBefore) / RecordHeader.BYTES;
    }
    segment.ids().trim();
    losses.end(segment);
  }

  private void read(Segment segment, SegmentReader reader, RecordHeader record) throws IOException {
    int number = segment.number();
    nextId = Math.max(nextId, record.id() + 1);
    losses.mentions(record.id());
    if (record.type() == RecordHeader.SNAPSHOT) {
      Snapshot snapshot = snapshots.get(number);
      if (reader.offset() == SegmentHead.AREA && snapshot != null) {
        apply(segment, snapshot);
      } else {
        damage.snapshotLost(number);
      }
    } else if (record.type() != RecordHeader.ENTRY) {
      if (record.type() == RecordHeader.COMPLETED) {
        complete(record.id());
      }
      session.apply(record);
    } else if (!reader.bodyIntact(record)) {
      damage.entryLost(number, record.id(), record.length());
    } else {
      boolean exactlyOnce = record.qos() == 2;
      if (record.qos() == 0
          || record.qos() > 2
          || !segment.ids().add(record.id(), OutboxLog.counted(record), exactlyOnce)) {
        damage.strange(number, reader.offset());
      }
    }
  }

  private void apply(Segment segment, Snapshot snapshot) {
    session.replaceBy(snapshot);
    if (!snapshot.clientId().isEmpty()) {
      clientId = snapshot.clientId();
    }
    nextId = Math.max(nextId, snapshot.nextId());
    snapshot.completed().forEach(this::complete);
    long from = 0;
    for (Snapshot.Known known : snapshot.segments()) {
      Segment older = segment(known.number());
      boolean gone = known.number() < oldest() || isReplaced(known.number());
      boolean rewritten = older != null && older.head().tag() != known.tag();
      if (!gone && !rewritten && older != segment) {
        losses.compare(known, from, older == null ? 0 : older.ids().live());
      }
      from = known.endId();
    }
  }

  private void complete(long id) {
    for (Segment each : segments) {
      if (each.ids().contains(id)) {
        each.ids().remove(id);
        return;
      }
    }
    losses.completedUnseen(id);
  }

  /**
   * Without a session, what PUBREC came for was delivered. With one, an identifier without an entry
   * is still the broker's until PUBREL.
   */
  private void settleSession() {
    if (!session.held()) {
      delivered.addAll(session.releasing().keySet());
      session.clear();
      delivered.forEach(this::complete);
      return;
    }
    for (long id : List.copyOf(session.publishing().keySet())) {
      if (segments.stream().noneMatch(each -> each.ids().isExactlyOnce(id))) {
        session.received(id);
      }
    }
  }
}
