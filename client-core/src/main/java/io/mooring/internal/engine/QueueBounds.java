package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.error.QueueFullException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts messages and payload bytes accepted and not yet done with, and refuses above its bounds.
 */
final class QueueBounds {
  private final int maximumMessages;
  private final long maximumBytes;
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  QueueBounds(int maximumMessages, long maximumBytes) {
    this.maximumMessages = maximumMessages;
    this.maximumBytes = maximumBytes;
  }

  /**
   * Takes room for {@code message}. Any thread.
   *
   * @throws QueueFullException if there is none; nothing was taken
   */
  void take(Message message) {
    int length = message.payloadLength();
    long messagesNow = messages.incrementAndGet();
    long bytesNow = bytes.addAndGet(length);
    if (messagesNow > maximumMessages || bytesNow > maximumBytes) {
      give(length);
      throw new QueueFullException(
          "The queue is full: "
              + (messagesNow - 1)
              + " of "
              + maximumMessages
              + " messages and "
              + (bytesNow - length)
              + " of "
              + maximumBytes
              + " bytes wait for the broker, and "
              + length
              + " bytes more do not fit. The message was not accepted."
              + " Publish less, wait for receipts, or raise the queue's bounds.");
    }
  }

  /** Gives the room back. Any thread. */
  void give(int length) {
    messages.decrementAndGet();
    bytes.addAndGet(-length);
  }
}
