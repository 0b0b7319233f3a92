package io.mooring.internal.outbox;

import io.mooring.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was told and not yet committed. */
final class Pending {
  /** One record to be written; its bytes depend on where it goes. */
  record Item(int type, int packetId, long id, long acceptedAtMillis, @Nullable Message message) {}

  private final List<Item> items = new ArrayList<>();
  private final Set<Long> entries = new HashSet<>();

  boolean isEmpty() {
    return items.isEmpty();
  }

  List<Item> items() {
    return items;
  }

  boolean hasEntry(long id) {
    return entries.contains(id);
  }

  void entry(long id, long acceptedAtMillis, Message message) {
    items.add(new Item(RecordHeader.ENTRY, 0, id, acceptedAtMillis, message));
    entries.add(id);
  }

  void note(int type, int packetId, long id) {
    items.add(new Item(type, packetId, id, 0, null));
  }

  /** Ids of accepted entries that have died. */
  List<Long> completed() {
    List<Long> completed = new ArrayList<>();
    for (Item each : items) {
      if (each.type() == RecordHeader.COMPLETED && !entries.contains(each.id())) {
        completed.add(each.id());
      }
    }
    return completed;
  }

  /** The id of the first entry, or {@code otherwise}. */
  long firstEntry(long otherwise) {
    for (Item each : items) {
      if (each.type() == RecordHeader.ENTRY) {
        return each.id();
      }
    }
    return otherwise;
  }

  /** What it takes on disk, at most. */
  long size() {
    long size = 0;
    for (Item each : items) {
      Message message = each.message();
      size += message == null ? RecordHeader.BYTES : OutboxLog.sizeOf(message);
    }
    return size;
  }

  void clear() {
    items.clear();
    entries.clear();
  }

  /**
   * The write failed: no entry was accepted. Deaths of older entries stay true; all else that was
   * told stands in the snapshot that the next segment begins with.
   */
  void reject() {
    List<Long> completed = completed();
    clear();
    completed.forEach(id -> note(RecordHeader.COMPLETED, 0, id));
  }

  /** Deaths stand in the snapshot just written, and so does all else but the entries. */
  List<Item> behindSnapshot() {
    List<Item> left = new ArrayList<>();
    for (Item each : items) {
      boolean ofThisCommit = entries.contains(each.id());
      if (each.type() == RecordHeader.ENTRY
          || (each.type() == RecordHeader.COMPLETED && ofThisCommit)) {
        left.add(each);
      }
    }
    return left;
  }
}
