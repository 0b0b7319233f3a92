package io.mooring.internal.engine;

import io.mooring.OutboundCounters;
import io.mooring.error.MooringException;
import io.mooring.internal.session.OutboundPublish;
import java.util.concurrent.atomic.AtomicLong;

/** Counts for {@link OutboundCounters}. Thread-safe. */
final class OutboundTally {
  private final Telemetry telemetry;
  private final AtomicLong found = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong droppedOldest = new AtomicLong();
  private final AtomicLong droppedNewest = new AtomicLong();
  private final AtomicLong notKept = new AtomicLong();

  OutboundTally(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /** Earlier runs left {@code messages}. */
  void found(int messages) {
    found.addAndGet(messages);
  }

  /** A message is kept. */
  void accepted() {
    accepted.incrementAndGet();
  }

  /** The message that was counted last is not kept after all. */
  void notAccepted() {
    accepted.decrementAndGet();
  }

  /** The broker has one. */
  void delivered() {
    delivered.incrementAndGet();
  }

  /** {@code messages} will not be delivered. */
  void failed(int messages) {
    failed.addAndGet(messages);
  }

  /** {@code publish} will not be delivered. */
  void failed(OutboundPublish publish, MooringException cause) {
    failed(1);
    telemetry.publishFailed(publish, cause);
  }

  /** A kept message was dropped. Returns how many were before. */
  long droppedOldest() {
    long before = droppedOldest.getAndIncrement();
    telemetry.outboundDropped(true, before);
    return before;
  }

  /** A new message was dropped. Returns how many were before. */
  long droppedNewest() {
    long before = droppedNewest.getAndIncrement();
    telemetry.outboundDropped(false, before);
    return before;
  }

  /** The disk did not take a message. */
  void notKept() {
    notKept.incrementAndGet();
  }

  OutboundCounters snapshot() {
    // Ends before beginnings: what moves in between counts as waiting, and never below zero.
    long gone = delivered.get();
    long lost = failed.get();
    long dropped = droppedOldest.get();
    long here = found.get();
    long taken = accepted.get();
    return new OutboundCounters(
        here,
        taken,
        gone,
        lost,
        dropped,
        droppedNewest.get(),
        notKept.get(),
        here + taken - gone - lost - dropped);
  }
}
