package io.mooring.internal.engine;

import io.mooring.ClientCounters;
import io.mooring.InboundCounters;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts for {@link ClientCounters}. Thread-safe; what each mailbox counts is read under its own
 * monitor, taken within this one, so that the sums add up exactly.
 */
final class Tally {
  private final OutboundTally outbound;
  private final Telemetry telemetry;
  private final AtomicLong unsolicited = new AtomicLong();
  private final AtomicLong retainedRefused = new AtomicLong();
  private final Set<Mailbox> open = new HashSet<>();
  private InboundCounters past = InboundCounters.NONE;
  private long pauses;
  private long pausedNanos;
  private long pausedSince;
  private boolean paused;

  Tally(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.outbound = new OutboundTally(telemetry);
  }

  /** Counts what the client publishes. */
  OutboundTally outbound() {
    return outbound;
  }

  /** A message came that nobody asked for. Returns how many came before. */
  long unsolicited() {
    return unsolicited.getAndIncrement();
  }

  /** A retained message came where they are refused. Returns how many came before. */
  long retainedRefused() {
    return retainedRefused.getAndIncrement();
  }

  /** {@code mailbox} counts from now on. */
  synchronized void opened(Mailbox mailbox) {
    open.add(mailbox);
  }

  /** {@code mailbox} counts no more: only its numbers are kept. More than once. */
  synchronized void over(Mailbox mailbox) {
    if (open.remove(mailbox)) {
      past = past.plus(mailbox.counters());
    }
  }

  /** The client stopped reading, or reads again. */
  void readingPaused(boolean now, long nowNanos) {
    long lasted = 0;
    synchronized (this) {
      if (now == paused) {
        return;
      }
      paused = now;
      if (now) {
        pauses++;
        pausedSince = nowNanos;
      } else {
        lasted = nowNanos - pausedSince;
        pausedNanos += lasted;
      }
    }
    telemetry.reading(now, lasted); // not under the monitor: an executor may run a listener here
  }

  synchronized ClientCounters snapshot(long nowNanos) {
    long unasked = unsolicited.get();
    long refused = retainedRefused.get();
    InboundCounters all =
        past.plus(new InboundCounters(unasked + refused, 0, 0, 0, 0, unasked, refused, 0));
    Map<String, InboundCounters> subscriptions = new HashMap<>();
    for (Mailbox mailbox : open) {
      InboundCounters counters = mailbox.counters();
      all = all.plus(counters);
      if (!mailbox.ended()) {
        subscriptions.put(mailbox.filter(), counters);
      }
    }
    long nanos = pausedNanos + (paused ? nowNanos - pausedSince : 0);
    return new ClientCounters(
        all, subscriptions, outbound.snapshot(), pauses, Duration.ofNanos(nanos));
  }
}
