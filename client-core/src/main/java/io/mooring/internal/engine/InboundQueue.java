package io.mooring.internal.engine;

import io.mooring.SubscribeOptions.Overflow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one handler, within bounds, and what is dropped to keep them. An item takes room
 * from {@link #offer} until it is dropped or {@link #release}d. Not thread-safe; knows no time.
 *
 * <p>Those that drop share the client's window by dynamic thresholds (Choudhury and Hahne, 1998): a
 * queue may hold no more than is still free. One alone fills half of the window, two fill two
 * thirds, and there is room left for one that has been quiet.
 */
final class InboundQueue<T extends InboundQueue.Item> {
  private final Overflow overflow;
  private final int maximumMessages;
  private final long maximumBytes;

  /** In the order of arrival; only the latest of each topic, if that is the policy. */
  private final Waiting<T> waiting;

  private long waitingBytes;
  private int heldMessages;
  private long heldBytes;

  /** What a queue has to know of a message. It is equal to itself only. */
  interface Item {
    String topic();

    long bytes();
  }

  InboundQueue(Overflow overflow, int maximumMessages, long maximumBytes) {
    this.overflow = overflow;
    this.maximumMessages = maximumMessages;
    this.maximumBytes = maximumBytes;
    this.waiting =
        overflow == Overflow.LATEST_ONLY ? new Waiting.ByTopic<>() : new Waiting.InLine<>();
  }

  /**
   * Takes {@code item} in, as far as the bounds and what is free in the window let it.
   *
   * @return what was dropped for it; with {@code item} as the last if it has no room itself
   */
  List<T> offer(T item, int freeMessages, long freeBytes) {
    @Nullable T outdated = waiting.outdatedBy(item);
    if (!overflow.drops() || (outdated == null && fits(item, 0, 0, freeMessages, freeBytes))) {
      keep(item);
      return List.of();
    }
    List<T> dropped = new ArrayList<>(1);
    long droppedBytes = 0;
    if (outdated != null) {
      dropped.add(outdated);
      droppedBytes = outdated.bytes();
    }
    if (overflow == Overflow.DROP_NEWEST
        || !fits(item, waiting.size(), waitingBytes, freeMessages, freeBytes)) {
      waiting.removeOutdatedBy(item);
      dropped.forEach(this::forget);
      dropped.add(item);
      return dropped;
    }
    Iterator<T> oldest = waiting.iterator();
    while (!fits(item, dropped.size(), droppedBytes, freeMessages, freeBytes)) {
      T next = oldest.next();
      if (next != outdated) {
        oldest.remove();
        dropped.add(next);
        droppedBytes += next.bytes();
      }
    }
    dropped.forEach(this::forget);
    keep(item); // in the place of an outdated one, so that no topic starves another
    return dropped;
  }

  /** Whether {@code item} fits once so much of what waits is gone. */
  private boolean fits(T item, int goneMessages, long goneBytes, int freeMessages, long freeBytes) {
    int held = heldMessages - goneMessages;
    int free = freeMessages + goneMessages;
    long bytes = heldBytes - goneBytes + item.bytes();
    long room = freeBytes + goneBytes;
    boolean withinBounds =
        held < Math.min(maximumMessages, free) && bytes <= Math.min(maximumBytes, room);
    boolean alone = held == 0 && free > 0 && item.bytes() <= room;
    return withinBounds || alone;
  }

  private void keep(T item) {
    waiting.put(item);
    waitingBytes += item.bytes();
    heldMessages++;
    heldBytes += item.bytes();
  }

  private void forget(T item) {
    waitingBytes -= item.bytes();
    release(item);
  }

  /** The next one for the handler, or null. It keeps its room. */
  @Nullable T poll() {
    @Nullable T next = waiting.poll();
    if (next != null) {
      waitingBytes -= next.bytes();
    }
    return next;
  }

  /** One that was polled gives its room back. */
  void release(T item) {
    heldMessages--;
    heldBytes -= item.bytes();
  }

  /** Takes out all that waits, in order. */
  List<T> drain() {
    List<T> all = new ArrayList<>(waiting.size());
    for (T next = poll(); next != null; next = poll()) {
      release(next);
      all.add(next);
    }
    return all;
  }

  /** How many wait. */
  int waiting() {
    return waiting.size();
  }

  /** Messages that take room. */
  int heldMessages() {
    return heldMessages;
  }

  /** Bytes that take room. */
  long heldBytes() {
    return heldBytes;
  }

  boolean isFull() {
    return heldMessages >= maximumMessages || heldBytes >= maximumBytes;
  }

  /** True once it is half empty, so that reading does not stop and go for each message. */
  boolean hasRoom() {
    return heldMessages <= maximumMessages / 2 && heldBytes <= maximumBytes / 2;
  }
}
