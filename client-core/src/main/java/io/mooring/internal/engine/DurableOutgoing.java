package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.error.ClientClosedException;
import io.mooring.error.ErrorCode;
import io.mooring.error.MessageDroppedException;
import io.mooring.error.MooringException;
import io.mooring.error.PublishException;
import io.mooring.internal.outbox.LostEntry;
import io.mooring.internal.outbox.OutboxLog;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.session.PublishQueue;
import io.mooring.internal.session.SessionJournal;
import io.mooring.internal.session.SessionState;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.wire.Packet;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.Overflow;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the application publishes with an outbox. QoS 1 and 2: handed to the disk, accepted once
 * durable, sent from a window of what is stored, and deleted from disk once settled. QoS 0 goes by
 * memory alone.
 */
final class DurableOutgoing implements Outgoing, OutboxWriter.Listener, OutboundPublish.Completion {
  private static final Log LOG = Log.OUTBOX;

  private final MemoryOutgoing light;
  private final OutboxThreads threads;
  private final Calls calls;
  private final Receipts receipts;
  private final OutboundTally tally;
  private final Runnable onSettled;
  private final Runnable pump;
  private final QueueBounds handedOver;
  private final QueueBounds kept;
  private final QueueBounds stored;
  private final QueueBounds inFlight;
  private final Overflow overflow;
  private final OutboxJournal journal;
  private final OutboxQueue queue;
  private final OutboxWriter writer;
  private final AcceptanceClock clock;
  private final Publications publications = new Publications();

  /** Confined to the loop, as are queue, journal and publications. */
  private @Nullable MooringException closedBy;

  private @Nullable Runnable whenClosed;

  /**
   * What it works with.
   *
   * @param light takes QoS 0
   * @param onSettled hears, on the loop, of each message that is over
   * @param pump makes the live session, if there is one, look at queue and journal
   * @param messages bounds what is on its way to the disk, and what is in flight
   * @param bytes the same in bytes of payload
   */
  record Setting(
      MemoryOutgoing light,
      OutboxThreads threads,
      Clock wallClock,
      Calls calls,
      Receipts receipts,
      OutboundTally tally,
      Runnable onSettled,
      Runnable pump,
      int messages,
      long bytes) {}

  /**
   * Takes over an open log.
   *
   * @param onJournalFailure hears, on the loop, that the disk did not take what the session told it
   */
  DurableOutgoing(Setting setting, OpenOutbox outbox, Consumer<MooringException> onJournalFailure) {
    this.light = setting.light;
    this.threads = setting.threads;
    this.calls = setting.calls;
    this.receipts = setting.receipts;
    this.onSettled = setting.onSettled;
    this.pump = setting.pump;
    this.handedOver = new QueueBounds(setting.messages, setting.bytes, QueueBounds.Words.FOR_DISK);
    Outbox settings = outbox.settings();
    this.kept =
        new QueueBounds(
            settings.atMostMessages(), settings.atMostBytes(), QueueBounds.Words.OUTBOX);
    this.stored =
        new QueueBounds(
            settings.atMostMessages(), settings.atMostBytes(), QueueBounds.Words.OUTBOX);
    this.inFlight = new QueueBounds(setting.messages, setting.bytes, QueueBounds.Words.FOR_BROKER);
    this.overflow = settings.onOverflow();
    this.tally = setting.tally;
    this.clock = new AcceptanceClock(setting.wallClock, threads::nowNanos);
    this.writer = new OutboxWriter(outbox.log(), threads, clock, this);
    this.journal = new OutboxJournal(threads, writer, onJournalFailure);
    this.queue = new OutboxQueue(light.queue(), threads, journal, writer, this, inFlight);
  }

  @Override
  public PublishQueue queue() {
    return queue;
  }

  @Override
  public SessionJournal journal() {
    return journal;
  }

  /**
   * Puts back what an earlier run left. Before anything else, on the thread that opened the log.
   */
  void restore(OutboxLog log, SessionState session) {
    new RestoredPublishes(log, clock, this, queue).into(session);
    kept.takeAnyway(log.liveMessages(), log.liveBytes());
    stored.takeAnyway(log.liveMessages(), log.liveBytes());
    tally.found(log.liveMessages());
  }

  /** From here on the disk is at work. On the loop, before anything else there. */
  void begin(boolean resume, SessionState session) {
    if (!resume) {
      session.discardRestored();
    }
    queue.startReading();
  }

  // --- publish: any thread ----------------------------------------------------------------------

  @Override
  public void publish(Message message, PendingPublish pending) {
    if (message.qos() == Qos.AT_MOST_ONCE) {
      light.publish(message, pending);
      return;
    }
    if (calls.isClosing()) {
      pending.rejected(
          new ClientClosedException("The client is closed; the message was not accepted."));
      return;
    }
    long size = OutboxLog.sizeOf(message);
    handedOver.take(message.payloadLength());
    boolean taken = false;
    try {
      taken = takeRoom(size);
    } finally {
      if (!taken) {
        handedOver.give(message.payloadLength());
      }
    }
    if (!taken) {
      droppedNewest(pending, message);
      return;
    }
    handOver(message, size, pending);
    writer.wakeUp();
    pending.failIfLate(calls);
  }

  /** What does not come to wait, for want of memory say, gives its room back. */
  private void handOver(Message message, long size, PendingPublish pending) {
    boolean waits = false;
    try {
      writer.append(new OutboxWriter.Append(message, size, threads.nowNanos(), pending));
      waits = true;
    } finally {
      if (!waits) {
        handedOver.give(message.payloadLength());
        kept.give(size);
        threads.onLoop(onSettled);
      }
    }
  }

  /** False if the new message is the one to be dropped. */
  private boolean takeRoom(long size) {
    if (kept.tryTake(size)) {
      return true;
    }
    switch (overflow) {
      case REJECT -> throw kept.full(size);
      case DROP_OLDEST -> {
        if (kept.isTooSmallFor(inFlight, size) || kept.isOverBy(handedOver)) {
          throw kept.full(size); // what is in flight is not dropped, nor faster than it is read
        }
        kept.takeAnyway(1, size); // until it is stored, when others make room for it
      }
      case DROP_NEWEST -> {
        return false;
      }
    }
    return true;
  }

  private void droppedNewest(PendingPublish pending, Message message) {
    warnNowAndThen(tally.droppedNewest(), "a new message", message);
    pending.rejected(
        new MessageDroppedException(
            "The outbox is full, and its policy is DROP_NEWEST: the message to '"
                + message.topic()
                + "' was dropped. It was not accepted. Connect, or raise the outbox's bounds."));
  }

  /** The 1st, 2nd, 4th, 8th and so on are said. */
  private static void warnNowAndThen(long before, String what, Message message) {
    if (Long.bitCount(before + 1) == 1) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The outbox is full and dropped {0} to {1}; {2} dropped so far",
          what,
          message.topic(),
          before + 1);
    }
  }

  // --- what the disk says: loop only ------------------------------------------------------------

  @Override
  public void written(OutboxWriter.Written result) {
    for (OutboxWriter.Stored each : result.stored()) {
      stored(each);
    }
    for (OutboxWriter.Refused each : result.refused()) {
      OutboxWriter.Append append = each.append();
      handedOver.give(append.message().payloadLength());
      kept.give(append.size());
      tally.notKept();
      append.pending().rejected(each.cause(), receipts);
    }
    dropOldest();
    onSettled.run();
    journal.written(result);
    pump.run();
  }

  private void stored(OutboxWriter.Stored stored) {
    OutboxWriter.Append append = stored.append();
    handedOver.give(append.message().payloadLength());
    this.stored.takeAnyway(1, append.size());
    tally.accepted();
    append.pending().acceptedNow(receipts);
    MooringException closed = closedBy;
    if (closed != null) {
      append.pending().fail(closed, receipts);
      return;
    }
    publications.add(stored.id(), append.pending());
    queue.stored(
        new OutboundPublish(append.message(), append.acceptedAtNanos(), this, stored.id()));
  }

  @Override
  public void lost(List<LostEntry> entries) {
    for (LostEntry each : entries) {
      if (!queue.hasLoaded(each.id())) { // else it may yet be delivered from the heap
        lost(each);
      }
    }
    onSettled.run();
  }

  private void lost(LostEntry entry) {
    kept.give(entry.size());
    stored.give(entry.size());
    tally.failed(1);
    PendingPublish pending = publications.take(entry.id());
    if (pending != null) {
      PublishException cause =
          new PublishException(
              ErrorCode.STORED_MESSAGE_LOST,
              "The message was accepted, and its entry in the outbox has become unreadable since:"
                  + " it is lost. Check the disk; the log names the segment.",
              null);
      pending.fail(cause, receipts);
    }
  }

  @Override
  public void loaded(OutboxWriter.Loaded result) {
    queue.loaded(result);
    dropOldest();
    onSettled.run();
    pump.run();
  }

  /** Brings what is stored back within the bounds, as far as it can be reached by now. */
  private void dropOldest() {
    while (overflow == Overflow.DROP_OLDEST && stored.isOver()) {
      OutboundPublish oldest = queue.dropOldest();
      if (oldest == null) {
        return;
      }
      journal.completed(oldest);
      PendingPublish pending = forget(oldest);
      warnNowAndThen(tally.droppedOldest(), "its oldest message,", oldest.message());
      if (pending != null) {
        MessageDroppedException cause =
            new MessageDroppedException(
                "The outbox is full, and its policy is DROP_OLDEST: the message to '"
                    + oldest.message().topic()
                    + "' made room for newer ones. It was not sent. Connect, or raise the outbox's"
                    + " bounds.");
        pending.fail(cause, receipts);
      }
    }
  }

  // --- what the session says: loop only ---------------------------------------------------------

  @Override
  public void delivered(
      OutboundPublish publish, ReasonCode reason, Packet.@Nullable Ack acknowledgement) {
    tally.delivered();
    PendingPublish pending = settled(publish);
    if (pending != null) {
      PublishReceipt facts = PendingPublish.receiptOf(publish, reason, acknowledgement);
      pending.deliver(facts, receipts);
    }
    onSettled.run();
  }

  @Override
  public void failed(OutboundPublish publish, MooringException cause) {
    if (!(cause instanceof ClientClosedException)) { // else it stays in the outbox
      tally.failed(publish, cause);
    }
    PendingPublish pending = settled(publish);
    if (pending != null) {
      pending.fail(cause, receipts);
    }
    onSettled.run();
  }

  private @Nullable PendingPublish settled(OutboundPublish publish) {
    queue.settled(publish);
    return forget(publish);
  }

  private @Nullable PendingPublish forget(OutboundPublish publish) {
    long size = OutboxLog.sizeOf(publish.message());
    kept.give(size);
    stored.give(size);
    return publications.take(publish.storedId());
  }

  // --- close: loop only -------------------------------------------------------------------------

  @Override
  public void takeSubmitted() {
    light.takeSubmitted();
  }

  @Override
  public int pending() {
    return light.pending() + kept.messages();
  }

  @Override
  public boolean isEmpty() {
    return light.isEmpty() && kept.isEmpty();
  }

  @Override
  public ClientClosedException atClose() {
    return new ClientClosedException(
        "The client was closed before the broker answered. The message stays in the outbox; the next"
            + " client that opens it delivers it.");
  }

  @Override
  public void close(MooringException cause, Runnable done) {
    closedBy = cause;
    whenClosed = done;
    publications.failAll(cause, receipts);
    journal.close();
    queue.close();
    light.close(cause, writer::close);
  }

  @Override
  public void closed() {
    Runnable done = whenClosed;
    if (done != null) {
      done.run();
    }
  }
}
