package io.mooring.internal.engine;

/**
 * The hard bound over all subscriptions of one client: messages that wait, are being handled, or
 * are unacknowledged by hand. Messages that must not be lost stop the reading when it is full;
 * those that may be dropped never do. Thread-safe; only the event loop adds, so that what is free
 * can only grow between a look and an {@link #add}.
 */
final class InboundWindow implements ReadingGate.Bar {
  private final int maximumMessages;
  private final long maximumBytes;
  private int messages;
  private long bytes;
  private int droppableMessages;
  private long droppableBytes;
  private boolean barred;

  InboundWindow(int maximumMessages, long maximumBytes) {
    this.maximumMessages = maximumMessages;
    this.maximumBytes = maximumBytes;
  }

  synchronized int freeMessages() {
    return Math.max(0, maximumMessages - messages);
  }

  synchronized long freeBytes() {
    return Math.max(0, maximumBytes - bytes);
  }

  /** Takes room; true if reading has to stop now. */
  boolean add(long size, boolean droppable) {
    return add(1, size, droppable);
  }

  /** The same for several messages of {@code size} bytes together. */
  synchronized boolean add(int count, long size, boolean droppable) {
    messages += count;
    bytes += size;
    if (droppable) {
      droppableMessages += count;
      droppableBytes += size;
      return false;
    }
    boolean falls = !barred && (messages >= maximumMessages || bytes >= maximumBytes);
    barred |= falls;
    return falls;
  }

  /** Gives room back; true if reading may go on now. */
  synchronized boolean remove(long size, boolean droppable) {
    messages--;
    bytes -= size;
    if (droppable) {
      droppableMessages--;
      droppableBytes -= size;
    }
    if (!barred || !isHalfEmpty()) {
      return false;
    }
    barred = false;
    return true;
  }

  /** Of what the droppable ones leave. A handler that hangs with those must not stop the rest. */
  private boolean isHalfEmpty() {
    int kept = messages - droppableMessages;
    long keptBytes = bytes - droppableBytes;
    return kept == 0
        || (kept <= (maximumMessages - droppableMessages) / 2
            && keptBytes <= (maximumBytes - droppableBytes) / 2);
  }

  @Override
  public synchronized boolean isDown() {
    return barred;
  }
}
