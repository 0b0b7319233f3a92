package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.error.ClientClosedException;
import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import io.mooring.error.OutboxException;
import io.mooring.internal.outbox.LostEntry;
import io.mooring.internal.outbox.OutboxLog;
import io.mooring.internal.outbox.StoredMessage;
import io.mooring.internal.telemetry.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The disk's half of an outbox: takes all that callers and the loop have handed over, writes it and
 * forces it once for all of them, and tells the loop. While it waits for the disk the next batch
 * gathers behind it, so the slower the disk the larger the batch.
 */
final class OutboxWriter {
  private static final Log LOG = Log.OUTBOX;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final OutboxLog log;
  private final OutboxThreads threads;
  private final AcceptanceClock clock;
  private final Listener listener;
  private final HandOver<Order> orders = new HandOver<>(this::schedule);

  /** The rest is confined to the disk's thread. */
  private long told;

  private long durable;
  private long newestId;
  private boolean failing;
  private boolean closed;

  /** Hears, on the loop and in this order, what became of the orders. */
  interface Listener {
    /** A batch was written, or was not. */
    void written(Written result);

    /** Stored messages have become unreadable, whatever the disk was at; dead from then on. */
    void lost(List<LostEntry> entries);

    /** What {@link OutboxWriter#read} asked for. */
    void loaded(Loaded result);

    /** The log is closed; nothing follows. */
    void closed();
  }

  /** What is to be done with the log, one after the other. */
  private sealed interface Order {}

  /** A message on its way to the disk. */
  record Append(Message message, long size, long acceptedAtNanos, PendingPublish pending)
      implements Order {}

  private record Note(Consumer<OutboxLog> what, long told) implements Order {}

  private record Read(long afterId, int messages, int bytes) implements Order {}

  private record Close() implements Order {}

  /** A message that is durable. */
  record Stored(long id, Append append) {}

  /** A message that is not kept. */
  record Refused(Append append, MooringException cause) {}

  /**
   * What became of a batch.
   *
   * @param durable all that was told up to here is durable
   * @param failure why the batch was not written, or null
   */
  record Written(
      List<Stored> stored,
      List<Refused> refused,
      long durable,
      @Nullable MooringException failure) {
    private boolean isNews() {
      return failure != null || !stored.isEmpty() || !refused.isEmpty();
    }
  }

  /**
   * What was read.
   *
   * @param afterId what was asked for
   * @param newestId the newest that is stored
   * @param acceptedAtNanos of each of {@code messages}
   * @param failure why nothing was read, or null; the same may succeed later
   */
  record Loaded(
      long afterId,
      long newestId,
      List<StoredMessage> messages,
      List<Long> acceptedAtNanos,
      @Nullable MooringException failure) {}

  OutboxWriter(OutboxLog log, OutboxThreads threads, AcceptanceClock clock, Listener listener) {
    this.log = log;
    this.threads = threads;
    this.clock = clock;
    this.listener = listener;
  }

  // --- orders -----------------------------------------------------------------------------------

  /** {@link #wakeUp} is due afterwards; if this throws, {@code append} is forgotten. Any thread. */
  void append(Append append) {
    orders.put(append);
  }

  /** Has what was handed over taken up. Any thread. */
  void wakeUp() {
    orders.wakeUp();
  }

  /**
   * Tells the log something. Loop only.
   *
   * @param number counts what has to be durable before its consequence leaves; 0 if it need not be
   */
  void note(Consumer<OutboxLog> what, long number) {
    orders.add(new Note(what, number));
  }

  /** Reads what is stored behind {@code afterId}, one such order at a time. Loop only. */
  void read(long afterId, int messages, int bytes) {
    orders.add(new Read(afterId, messages, bytes));
  }

  /** Writes what was handed over until now, and closes the log. Loop only, once. */
  void close() {
    orders.add(new Close());
  }

  private void schedule() {
    schedule(System.Logger.Level.WARNING);
  }

  /** The order is taken already: its caller hears nothing of a thread that cannot be had now. */
  private void schedule(System.Logger.Level level) {
    try {
      threads.onDisk(this::drain);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "A call raced with the end of the last client", e);
      orders.take(OutboxWriter::refuseLate);
    } catch (RuntimeException | Error e) { // no memory, or no thread
      threads.onLoop(() -> threads.later(RETRY_NANOS, () -> schedule(System.Logger.Level.DEBUG)));
      LOG.log(
          level,
          "The thread that writes the outbox cannot be called: QoS 1 and 2 wait, and it is tried"
              + " again every 2 s. Check the memory and the limit of processes.",
          e);
    }
  }

  private static void refuseLate(Order order) {
    if (order instanceof Append late) {
      late.pending.rejected(late());
    }
  }

  private static ClientClosedException late() {
    return new ClientClosedException("The client is closed; the message was not accepted.");
  }

  // --- the disk's thread ------------------------------------------------------------------------

  private void drain() {
    Batch batch = new Batch();
    orders.take(batch::add);
    if (batch.isEmpty()) {
      return;
    }
    Written result = batch.commit();
    if (result != null) {
      threads.onLoop(() -> listener.written(result));
    }
    Read read = batch.read;
    Loaded loaded = read == null || closed ? null : load(read);
    tellLost(); // first: what is read moves the mark that tells which of them the heap holds
    if (loaded != null) {
      threads.onLoop(() -> listener.loaded(loaded));
    }
    if (batch.closing) {
      closed = true;
      log.close();
      threads.onLoop(listener::closed);
    }
  }

  /** What one turn of the disk's thread writes together. */
  private final class Batch {
    private final List<Stored> appended = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();
    private boolean noted;
    private @Nullable MooringException fault;
    private boolean closing;
    private @Nullable Read read;

    void add(Order order) {
      if (order instanceof Append append) {
        append(append);
      } else if (order instanceof Note note) {
        note(note);
      } else if (order instanceof Read wanted) {
        read = wanted;
      } else {
        closing = true;
      }
    }

    private void append(Append append) {
      if (closed || closing) {
        refused.add(new Refused(append, late()));
        return;
      }
      try {
        long id = log.append(append.message, clock.stamp(append.acceptedAtNanos));
        clock.stamped(id);
        appended.add(new Stored(id, append));
      } catch (MooringException e) {
        refused.add(new Refused(append, e));
      } catch (RuntimeException | OutOfMemoryError e) { // is this message's, not that of all
        refused.add(new Refused(append, InternalFaultException.of(e)));
      }
    }

    private void note(Note note) {
      if (closed) {
        return;
      }
      noted = true;
      told = Math.max(told, note.told);
      try {
        note.what.accept(log);
      } catch (RuntimeException | OutOfMemoryError e) { // what follows from it must not leave
        fault = InternalFaultException.of(e);
      }
    }

    boolean isEmpty() {
      return appended.isEmpty() && refused.isEmpty() && !noted && read == null && !closing;
    }

    /** Null if the loop has nothing to hear of it. */
    @Nullable Written commit() {
      boolean force = !appended.isEmpty() || told > durable || failing || closing;
      if (closed || (!force && !noted)) {
        return refused.isEmpty() ? null : new Written(List.of(), refused, durable, null);
      }
      boolean news = told > durable || failing;
      MooringException failure = fault != null ? fault : write(force);
      if (failure != null) {
        failing = true;
        log.rejectUncommitted();
        appended.forEach(each -> refused.add(new Refused(each.append, failure)));
        return new Written(List.of(), refused, durable, failure);
      }
      if (!appended.isEmpty()) {
        newestId = appended.get(appended.size() - 1).id;
      }
      if (force) {
        durable = told;
        failing = false;
      }
      Written result = new Written(appended, refused, durable, null);
      return news || result.isNews() ? result : null;
    }
  }

  private @Nullable MooringException write(boolean force) {
    try {
      log.commit(force);
      return null;
    } catch (OutboxException e) {
      return e;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Callers must not wait for ever: for a key whose class misses another, say.
      return InternalFaultException.of(e);
    }
  }

  private void tellLost() {
    log.takeFindings().forEach(each -> LOG.log(System.Logger.Level.WARNING, "Outbox: {0}", each));
    List<LostEntry> lost = log.takeLost();
    if (!lost.isEmpty()) {
      threads.onLoop(() -> listener.lost(lost));
    }
  }

  private Loaded load(Read read) {
    List<StoredMessage> messages = List.of();
    MooringException failure = null;
    try {
      messages = log.read(read.afterId, read.messages, read.bytes);
    } catch (MooringException e) {
      failure = e;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) { // as above
      failure = InternalFaultException.of(e);
    }
    List<Long> times =
        messages.stream().map(e -> clock.acceptedAtNanos(e.id(), e.acceptedAtMillis())).toList();
    return new Loaded(read.afterId, newestId, messages, times, failure);
  }
}
