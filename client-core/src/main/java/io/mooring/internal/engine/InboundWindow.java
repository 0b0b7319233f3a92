package io.mooring.internal.engine;

import io.mooring.internal.session.InboundPublish;

/**
 * Messages handed to the application and not yet handled. When they reach the bounds the client
 * stops reading, so that the rest waits at the broker and not in this heap. Confined to the event
 * loop.
 */
final class InboundWindow {
  private final int maximumMessages;
  private final long maximumBytes;
  private int messages;
  private long bytes;

  InboundWindow(int maximumMessages, long maximumBytes) {
    this.maximumMessages = maximumMessages;
    this.maximumBytes = maximumBytes;
  }

  void add(InboundPublish publish) {
    messages++;
    bytes += publish.payloadLength();
  }

  void remove(InboundPublish publish) {
    messages--;
    bytes -= publish.payloadLength();
  }

  boolean isFull() {
    return messages >= maximumMessages || bytes >= maximumBytes;
  }

  /** True once it is half empty, so that reading does not stop and go for each message. */
  boolean hasRoom() {
    return messages <= maximumMessages / 2 && bytes <= maximumBytes / 2;
  }
}
