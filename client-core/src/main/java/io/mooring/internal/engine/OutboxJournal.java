package io.mooring.internal.engine;

import io.mooring.Qos;
import io.mooring.error.MooringException;
import io.mooring.internal.outbox.OutboxLog;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.session.SessionJournal;
import io.mooring.internal.telemetry.Log;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The session's memory in the log. Packet Identifiers of QoS 1 are not written down: the log tells
 * from its order which of them may have been sent. Confined to the event loop.
 */
final class OutboxJournal implements SessionJournal {
  private static final Log LOG = Log.OUTBOX;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final OutboxThreads threads;
  private final OutboxWriter writer;
  private final Consumer<MooringException> onFailure;
  private long told;
  private long durable;
  private boolean writable = true;
  private boolean retrying;
  private boolean closed;

  /** {@code onFailure} hears that what was told is not durable, and why. */
  OutboxJournal(OutboxThreads threads, OutboxWriter writer, Consumer<MooringException> onFailure) {
    this.threads = threads;
    this.writer = writer;
    this.onFailure = onFailure;
  }

  @Override
  public void assigned(OutboundPublish publish, int packetId) {
    if (publish.message().qos() == Qos.EXACTLY_ONCE) {
      long id = publish.storedId();
      tellFirst(log -> log.assigned(id, packetId));
    }
  }

  @Override
  public void received(OutboundPublish publish) {
    long id = publish.storedId();
    tellFirst(log -> log.received(id));
  }

  @Override
  public void unassigned(OutboundPublish publish) {
    if (publish.message().qos() == Qos.EXACTLY_ONCE) {
      long id = publish.storedId();
      tell(log -> log.unassigned(id));
    }
  }

  @Override
  public void completed(OutboundPublish publish) {
    if (publish.storedId() != 0) {
      completed(publish.storedId());
    }
  }

  /** The stored message {@code id} is delivered, or never will be. */
  void completed(long id) {
    tell(log -> log.completed(id));
  }

  @Override
  public void inboundReceived(int packetId) {
    tellFirst(log -> log.inboundReceived(packetId));
  }

  @Override
  public void inboundReleased(int packetId) {
    tellFirst(log -> log.inboundReleased(packetId));
  }

  @Override
  public void inboundCleared() {
    tell(OutboxLog::inboundCleared);
  }

  @Override
  public void sessionHeld(boolean held) {
    if (held) {
      tellFirst(log -> log.sessionHeld(true));
    } else {
      tell(log -> log.sessionHeld(false));
    }
  }

  /** What follows from it waits until it is durable. */
  private void tellFirst(Consumer<OutboxLog> what) {
    told++;
    writer.note(what, told);
  }

  private void tell(Consumer<OutboxLog> what) {
    writer.note(what, 0);
  }

  @Override
  public long told() {
    return told;
  }

  @Override
  public long durable() {
    return durable;
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  /** A batch was written, or was not. */
  void written(OutboxWriter.Written result) {
    durable = result.durable();
    MooringException failure = result.failure();
    if (failure != null) {
      failed(failure);
    } else if (!writable) {
      writable = true;
      LOG.log(System.Logger.Level.INFO, "The outbox can be written again");
    }
  }

  private void failed(MooringException failure) {
    if (writable) {
      writable = false;
      LOG.log(
          System.Logger.Level.WARNING,
          "The outbox cannot be written: QoS 1 and 2 wait until it can, QoS 0 goes on",
          failure);
      retryLater();
    }
    onFailure.accept(failure);
  }

  /** One attempt at a time, however often the disk changes its mind. */
  private void retryLater() {
    if (!retrying) {
      retrying = true;
      threads.later(RETRY_NANOS, this::retry);
    }
  }

  private void retry() {
    retrying = false;
    if (!writable && !closed) {
      writer.note(log -> {}, told);
      retryLater();
    }
  }

  /** No further attempt is made. */
  void close() {
    closed = true;
  }
}
