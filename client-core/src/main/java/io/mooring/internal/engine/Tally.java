package io.mooring.internal.engine;

import io.mooring.ClientCounters;
import java.util.concurrent.atomic.AtomicLong;

/** Counts for {@link ClientCounters}; written on the event loop, read by any thread. */
final class Tally {
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong unsolicited = new AtomicLong();
  private final AtomicLong retainedRefused = new AtomicLong();

  /** A message came from the broker. */
  void received() {
    received.incrementAndGet();
  }

  /** It was dropped: nobody asked for it. Returns how many there were before. */
  long unsolicited() {
    return unsolicited.getAndIncrement();
  }

  /**
   * It was dropped: retained, where the policy refuses that. Returns how many there were before.
   */
  long retainedRefused() {
    return retainedRefused.getAndIncrement();
  }

  ClientCounters snapshot() {
    return new ClientCounters(received.get(), unsolicited.get(), retainedRefused.get());
  }
}
