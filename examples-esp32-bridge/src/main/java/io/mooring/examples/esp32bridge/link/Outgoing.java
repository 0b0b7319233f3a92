package io.mooring.examples.esp32bridge.link;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What waits for its first place in the send window, in the order of its worth. */
final class Outgoing {
  /** One sequenced frame to be. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Item(FrameType type, byte[] payload, long number) {}

  private static final int MOST_RESULTS = 64;
  private static final int MOST_QOS_0 = 32;
  private static final long STATUS_APART = TimeUnit.SECONDS.toNanos(1);
  private static final int RESULT_BYTES = 5;
  private static final long NOT_NUMBERED = -1;

  private final Deque<Item> results = new ArrayDeque<>();
  private final Deque<Item> messages = new ArrayDeque<>();
  private byte @Nullable [] status;
  private boolean statusSent;
  private long statusAt;

  /** A RESULT; the one about a QoS 0 message gives way when there are many. */
  void result(long number, Result result) {
    if (results.size() < MOST_RESULTS || number != 0) {
      byte[] payload =
          ByteBuffer.allocate(RESULT_BYTES).putInt((int) number).put((byte) result.code()).array();
      results.add(new Item(FrameType.RESULT, payload, NOT_NUMBERED));
    }
  }

  /** A PUBLISH; false if it is QoS 0 and too many wait. */
  boolean message(LineMessage message) {
    if (message.qos() == 0 && messages.size() >= MOST_QOS_0) {
      return false;
    }
    messages.add(new Item(FrameType.PUBLISH, message.payload(), message.number()));
    return true;
  }

  /** The newest STATUS; one before that was not sent is forgotten. */
  void status(byte[] payload) {
    status = payload;
  }

  boolean isEmpty(long now) {
    return results.isEmpty() && messages.isEmpty() && !statusDue(now);
  }

  /** The next one; call only if there is one. */
  Item next(long now) {
    if (!results.isEmpty()) {
      return results.remove();
    }
    byte[] news = status;
    if (news != null && statusDue(now)) {
      status = null;
      statusSent = true;
      statusAt = now;
      return new Item(FrameType.STATUS, news, NOT_NUMBERED);
    }
    return messages.remove();
  }

  /** Nanoseconds until a status that waits may go. */
  long untilDue(long now) {
    return status == null
        ? Long.MAX_VALUE
        : statusSent ? Math.max(0, statusAt + STATUS_APART - now) : 0;
  }

  /** QoS 0 messages that were not sent. */
  long unsentQos0() {
    return messages.stream().filter(item -> item.number() == 0).count();
  }

  private boolean statusDue(long now) {
    return status != null && (!statusSent || now - statusAt >= STATUS_APART);
  }
}
