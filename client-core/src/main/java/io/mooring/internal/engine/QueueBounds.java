package io.mooring.internal.engine;

import io.mooring.error.QueueFullException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts messages and bytes that are held somewhere, and refuses above its bounds. Any thread. */
final class QueueBounds {
  private final int maximumMessages;
  private final long maximumBytes;
  private final Words words;
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * How the error names the place.
   *
   * @param place such as {@code The queue}
   * @param waiting what the messages there wait for, such as {@code wait for the broker}
   * @param advice what to do about it
   */
  record Words(String place, String waiting, String advice) {
    /** Messages in memory until the broker has them. */
    static final Words FOR_BROKER =
        new Words(
            "The queue",
            "wait for the broker",
            "Publish less, wait for receipts, or raise the queue's bounds.");

    /** Messages in memory until the disk has them. */
    static final Words FOR_DISK =
        new Words(
            "The queue",
            "wait for the disk, which is slower than the callers",
            "Wait for the accepted stages, or raise the queue's bounds.");

    /** Messages on disk. */
    static final Words OUTBOX =
        new Words(
            "The outbox",
            "wait for the broker",
            "Connect, raise the outbox's bounds, or choose another overflow policy.");
  }

  QueueBounds(int maximumMessages, long maximumBytes, Words words) {
    this.maximumMessages = maximumMessages;
    this.maximumBytes = maximumBytes;
    this.words = words;
  }

  /**
   * Takes room for a message of {@code length} bytes.
   *
   * @throws QueueFullException if there is none; nothing was taken
   */
  void take(long length) {
    if (!tryTake(length)) {
      throw full(length);
    }
  }

  /** Takes room for a message of {@code length} bytes; false if there is none. */
  boolean tryTake(long length) {
    if (!addWithin(bytes, length, maximumBytes)) {
      return false;
    }
    // Last: a message that is refused is never counted, so that empty means empty at any moment.
    if (!addWithin(messages, 1, maximumMessages)) {
      bytes.addAndGet(-length);
      return false;
    }
    return true;
  }

  private static boolean addWithin(AtomicLong counter, long amount, long maximum) {
    long now = counter.get();
    while (now + amount <= maximum) {
      if (counter.compareAndSet(now, now + amount)) {
        return true;
      }
      now = counter.get();
    }
    return false;
  }

  /** Says that there is no room for a message of {@code length} bytes. */
  QueueFullException full(long length) {
    return new QueueFullException(
        words.place
            + " is full: "
            + messages
            + " of "
            + maximumMessages
            + " messages and "
            + bytes
            + " of "
            + maximumBytes
            + " bytes "
            + words.waiting
            + ", and "
            + length
            + " bytes more do not fit. The message was not accepted. "
            + words.advice);
  }

  /** True if a message of {@code length} bytes would not fit beside what {@code other} counts. */
  boolean isTooSmallFor(QueueBounds other, long length) {
    return other.messages.get() >= maximumMessages || other.bytes.get() + length > maximumBytes;
  }

  /** True while a bound is passed. */
  boolean isOver() {
    return messages.get() > maximumMessages || bytes.get() > maximumBytes;
  }

  /** Counts what is there already, whether it fits or not. */
  void takeAnyway(int count, long length) {
    messages.addAndGet(count);
    bytes.addAndGet(length);
  }

  /** Gives the room of one message back. */
  void give(long length) {
    give(1, length);
  }

  /** Gives the room of several messages back. */
  void give(int count, long length) {
    messages.addAndGet(-count);
    bytes.addAndGet(-length);
  }

  /** True if more is held than these bounds and {@code more} allow together. Any thread. */
  boolean isOverBy(QueueBounds more) {
    return messages.get() > (long) maximumMessages + more.maximumMessages
        || bytes.get() > maximumBytes + more.maximumBytes;
  }

  /** How many are held. Any thread. */
  int messages() {
    return (int) messages.get();
  }

  /** True if nothing is held. Any thread. */
  boolean isEmpty() {
    return messages.get() == 0;
  }

  /** True while a bound is reached. */
  boolean isFull() {
    return messages.get() >= maximumMessages || bytes.get() >= maximumBytes;
  }
}
