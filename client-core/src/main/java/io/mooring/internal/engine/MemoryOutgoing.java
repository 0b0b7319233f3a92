package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.ReasonCode;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MooringException;
import io.mooring.internal.session.MemoryPublishQueue;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.session.PublishQueue;
import io.mooring.internal.session.SessionJournal;
import io.mooring.internal.wire.Packet;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Messages that live as long as the process: all of them without an outbox, QoS 0 with one. */
final class MemoryOutgoing implements Outgoing {
  private final Executor loop;
  private final LongSupplier nanos;
  private final Calls calls;
  private final Receipts receipts;
  private final OutboundTally tally;
  private final Runnable onSettled;
  private final Runnable pump;
  private final QueueBounds bounds;
  private final HandOver<OutboundPublish> submitted;

  /** Confined to the loop. */
  private final MemoryPublishQueue queue = new MemoryPublishQueue();

  /**
   * Holds nothing yet.
   *
   * @param bounds counts payload bytes
   * @param onSettled hears, on the loop, of each message that is over
   * @param pump makes the live session, if there is one, look at the queue
   */
  MemoryOutgoing(
      QueueBounds bounds,
      Executor loop,
      LongSupplier nanos,
      Calls calls,
      Receipts receipts,
      OutboundTally tally,
      Runnable onSettled,
      Runnable pump) {
    this.bounds = bounds;
    this.loop = loop;
    this.nanos = nanos;
    this.calls = calls;
    this.receipts = receipts;
    this.tally = tally;
    this.onSettled = onSettled;
    this.pump = pump;
    this.submitted = new HandOver<>(() -> loop.execute(this::drainSubmitted));
  }

  @Override
  public PublishQueue queue() {
    return queue;
  }

  @Override
  public SessionJournal journal() {
    return SessionJournal.NONE;
  }

  @Override
  public void publish(Message message, PendingPublish pending) {
    if (calls.isClosing()) {
      pending.rejected(
          new ClientClosedException("The client is closed; the message was not accepted."));
      return;
    }
    bounds.take(message.payloadLength());
    tally.accepted();
    handOver(message, pending);
    submitted.wakeUp();
    pending.acceptedNow();
    pending.failIfLate(calls);
  }

  /** What does not come to wait, for want of memory say, gives its room back. */
  private void handOver(Message message, PendingPublish pending) {
    boolean waits = false;
    try {
      submitted.put(new OutboundPublish(message, nanos.getAsLong(), new Settling(pending)));
      waits = true;
    } finally {
      if (!waits) {
        tally.notAccepted();
        bounds.give(message.payloadLength());
        loop.execute(onSettled);
      }
    }
  }

  private void drainSubmitted() {
    takeSubmitted();
    if (calls.isOver()) {
      failWaiting(new ClientClosedException("The client is closed; the message was not sent."));
    }
    pump.run();
  }

  @Override
  public void takeSubmitted() {
    submitted.take(queue::add);
  }

  @Override
  public int pending() {
    return bounds.messages();
  }

  @Override
  public boolean isEmpty() {
    return bounds.isEmpty();
  }

  @Override
  public ClientClosedException atClose() {
    return new ClientClosedException("The client was closed before the broker answered.");
  }

  @Override
  public void close(MooringException cause, Runnable done) {
    takeSubmitted();
    failWaiting(cause);
    done.run();
  }

  private void failWaiting(MooringException cause) {
    for (OutboundPublish next = queue.peek(); next != null; next = queue.peek()) {
      queue.remove();
      next.abandon(cause);
    }
  }

  private void settled(OutboundPublish publish) {
    bounds.give(publish.message().payloadLength());
    onSettled.run();
  }

  /** Gives the room of one message back, and completes its receipt. */
  private final class Settling implements OutboundPublish.Completion {
    private final PendingPublish pending;

    Settling(PendingPublish pending) {
      this.pending = pending;
    }

    @Override
    public void delivered(
        OutboundPublish publish, ReasonCode reason, Packet.@Nullable Ack acknowledgement) {
      PublishReceipt facts = PendingPublish.receiptOf(publish, reason, acknowledgement);
      tally.delivered();
      pending.deliver(facts, receipts);
      settled(publish);
    }

    @Override
    public void failed(OutboundPublish publish, MooringException cause) {
      tally.failed(publish, cause);
      pending.fail(cause, receipts);
      settled(publish);
    }
  }
}
