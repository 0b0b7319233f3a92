package io.mooring.internal.engine;

import io.mooring.error.MooringException;
import io.mooring.internal.outbox.StoredMessage;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.session.PublishQueue;
import io.mooring.internal.telemetry.Log;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the broker: stored messages in their order, of which the heap holds a window, and
 * QoS 0 messages beside them, in turns. Confined to the event loop.
 *
 * <p>The heap holds at most the window and what the session has taken out of it and not yet
 * settled, whatever the broker's Receive Maximum allows.
 */
final class OutboxQueue implements PublishQueue {
  private static final Log LOG = Log.OUTBOX;
  private static final int WINDOW_MESSAGES = 64;
  private static final int WINDOW_BYTES = 256 * 1024;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final PublishQueue light;
  private final OutboxThreads threads;
  private final OutboxJournal journal;
  private final OutboxWriter writer;
  private final OutboundPublish.Completion completion;
  private final QueueBounds inFlight;
  private final ArrayDeque<OutboundPublish> window = new ArrayDeque<>();
  private final Set<Long> restored = new HashSet<>();
  private long windowBytes;

  /** All that is stored up to here went through the window. */
  private long loadedTo;

  /** The newest that is stored. */
  private long newest;

  private boolean reading;
  private boolean storedTurn = true;
  private boolean closed;

  /**
   * An empty window.
   *
   * @param light where QoS 0 messages wait
   * @param inFlight bounds what the session holds, by payload bytes
   */
  OutboxQueue(
      PublishQueue light,
      OutboxThreads threads,
      OutboxJournal journal,
      OutboxWriter writer,
      OutboundPublish.Completion completion,
      QueueBounds inFlight) {
    this.light = light;
    this.threads = threads;
    this.journal = journal;
    this.writer = writer;
    this.completion = completion;
    this.inFlight = inFlight;
  }

  @Override
  public @Nullable OutboundPublish peek() {
    OutboundPublish stored = journal.isWritable() && !inFlight.isFull() ? window.peekFirst() : null;
    OutboundPublish other = light.peek();
    if (stored == null || other == null) {
      return stored != null ? stored : other;
    }
    return storedTurn ? stored : other;
  }

  @Override
  public void remove() {
    OutboundPublish head = peek();
    if (head == null) {
      throw new IllegalStateException("nothing waits");
    }
    storedTurn = head.storedId() == 0;
    if (storedTurn) {
      light.remove();
      return;
    }
    takeFirst();
    inFlight.takeAnyway(1, head.message().payloadLength());
    refill();
  }

  private void takeFirst() {
    windowBytes -= window.removeFirst().message().payloadLength();
  }

  /** How many are in the heap; the rest waits on disk. */
  @Override
  public int size() {
    return window.size() + light.size();
  }

  /** What was taken out is settled. */
  void settled(OutboundPublish publish) {
    inFlight.give(publish.message().payloadLength());
  }

  /** The session holds {@code publish} since an earlier run. */
  void restored(OutboundPublish publish) {
    restored.add(publish.storedId());
    inFlight.takeAnyway(1, publish.message().payloadLength());
  }

  /** True if {@code id} is or was in the heap, so that whoever settles it accounts for it. */
  boolean hasLoaded(long id) {
    return id <= loadedTo || restored.contains(id);
  }

  /** Earlier runs left something to be read. */
  void startReading() {
    newest = Long.MAX_VALUE;
    refill();
  }

  /** A message is stored. If nothing older waits on disk it goes straight into the window. */
  void stored(OutboundPublish publish) {
    if (closed) {
      return;
    }
    long id = publish.storedId();
    boolean next = loadedTo == newest;
    newest = id;
    if (next && hasRoom()) {
      loadedTo = id;
      add(publish);
    } else {
      refill();
    }
  }

  /**
   * Takes the oldest away that waits and was never in flight; null if there is none in the heap.
   * One that is read later may be.
   */
  @Nullable OutboundPublish dropOldest() {
    OutboundPublish oldest = window.peekFirst();
    if (oldest != null) {
      takeFirst();
      refill();
    }
    return oldest;
  }

  private boolean hasRoom() {
    return window.size() < WINDOW_MESSAGES && windowBytes < WINDOW_BYTES;
  }

  private void add(OutboundPublish publish) {
    window.addLast(publish);
    windowBytes += publish.message().payloadLength();
  }

  private void refill() {
    if (reading
        || closed
        || loadedTo >= newest
        || window.size() > WINDOW_MESSAGES / 2
        || windowBytes > WINDOW_BYTES / 2) {
      return;
    }
    reading = true;
    writer.read(loadedTo, WINDOW_MESSAGES - window.size(), (int) (WINDOW_BYTES - windowBytes));
  }

  /** What {@link #refill} asked for. */
  void loaded(OutboxWriter.Loaded result) {
    reading = false;
    if (closed) {
      return;
    }
    MooringException failure = result.failure();
    if (failure != null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The outbox cannot be read; what is stored waits, and reading is tried again",
          failure);
      reading = true;
      threads.later(RETRY_NANOS, this::readAgain);
      return;
    }
    if (result.messages().isEmpty()) {
      loadedTo = newestKnown();
    }
    for (int i = 0; i < result.messages().size(); i++) {
      StoredMessage each = result.messages().get(i);
      loadedTo = each.id();
      if (!restored.remove(each.id())) {
        add(
            new OutboundPublish(
                each.message(), result.acceptedAtNanos().get(i), completion, each.id()));
      }
    }
    refill();
  }

  /** All that the disk held was read; what came after the reading was announced before it. */
  private long newestKnown() {
    if (newest == Long.MAX_VALUE) {
      newest = loadedTo;
    }
    return newest;
  }

  private void readAgain() {
    reading = false;
    refill();
  }

  /** Nothing more is read. */
  void close() {
    closed = true;
    window.clear();
  }
}
