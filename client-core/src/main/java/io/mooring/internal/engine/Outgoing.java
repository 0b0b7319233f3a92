package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.error.ClientClosedException;
import io.mooring.error.PublishNotAllowedException;
import io.mooring.error.QueueFullException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.session.MemoryPublishQueue;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.session.PublishQueue;
import io.mooring.internal.session.SessionJournal;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the application publishes: accepted within bounds on the caller's thread, queued for the
 * session on the loop, and settled with a receipt.
 */
final class Outgoing {
  private final EventLoop loop;
  private final Calls calls;
  private final Receipts receipts;
  private final Runnable pump;
  private final TopicGuard topics;
  private final QueueBounds bounds;
  private final Queue<OutboundPublish> submitted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean submissionScheduled = new AtomicBoolean();

  /** Confined to the loop. */
  private final MemoryPublishQueue queue = new MemoryPublishQueue();

  /**
   * Holds nothing yet.
   *
   * @param pump makes the live session, if there is one, look at the queue
   */
  Outgoing(EngineOptions options, EventLoop loop, Calls calls, Receipts receipts, Runnable pump) {
    this.loop = loop;
    this.calls = calls;
    this.receipts = receipts;
    this.pump = pump;
    this.topics = options.topics();
    this.bounds = new QueueBounds(options.queueMessages(), options.queueBytes());
  }

  /** What the session sends from. */
  PublishQueue queue() {
    return queue;
  }

  /** What the session remembers in. */
  SessionJournal journal() {
    return SessionJournal.NONE;
  }

  /**
   * Accepts a message, within the bounds. Any thread.
   *
   * @throws PublishNotAllowedException if the topic policy does not allow it
   * @throws QueueFullException if it does not fit
   */
  PendingPublish publish(Message message) {
    topics.requirePublish("The message", message);
    PendingPublish pending = new PendingPublish(this);
    if (calls.isClosing()) {
      pending.rejected(
          new ClientClosedException("The client is closed; the message was not accepted."));
      return pending;
    }
    bounds.take(message);
    submitted.add(new OutboundPublish(message, loop.nowNanos(), pending));
    if (submissionScheduled.compareAndSet(false, true)) {
      loop.execute(this::drainSubmitted);
    }
    pending.acceptedNow();
    calls.failIfLate(pending.receipt());
    return pending;
  }

  private void drainSubmitted() {
    takeSubmitted();
    if (calls.isOver()) {
      failWaiting();
    }
    pump.run();
  }

  /** Moves what callers left into the queue. Loop only. */
  void takeSubmitted() {
    submissionScheduled.set(false);
    for (OutboundPublish next = submitted.poll(); next != null; next = submitted.poll()) {
      queue.add(next);
    }
  }

  private void failWaiting() {
    ClientClosedException cause =
        new ClientClosedException("The client is closed; the message was not sent.");
    for (OutboundPublish next = queue.peek(); next != null; next = queue.peek()) {
      queue.remove();
      next.abandon(cause);
    }
  }

  /** A publish ended: gives its room back and completes its receipt. Loop only. */
  void settled(Message message, Runnable completion) {
    bounds.give(message.payloadLength());
    receipts.add(completion);
  }
}
