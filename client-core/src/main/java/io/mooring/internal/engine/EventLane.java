package io.mooring.internal.engine;

import io.mooring.internal.net.Lane;
import io.mooring.internal.telemetry.Log;
import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ClientEvents;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Brings events to one listener, in order and within a bound. Any thread. */
final class EventLane {
  /** Events that wait for the listener, at most. */
  static final int BOUND = 256;

  private final ClientEvents listener;
  private final Lane lane;
  private final Clock clock;
  private int waiting;
  private long missed;

  EventLane(ClientEvents listener, @Nullable Executor executor, Clock clock) {
    this.listener = listener;
    this.lane = new Lane(executor);
    this.clock = clock;
  }

  /** Hands over {@code event}, behind word of those that did not fit. */
  synchronized void offer(ClientEvent event) {
    if (waiting >= BOUND) {
      missed++;
      return;
    }
    sayMissed(event.attempt());
    hand(event);
  }

  /** Nothing more comes: what was missed last is said after all. */
  synchronized void end(String client) {
    sayMissed(client);
  }

  private void sayMissed(String attempt) {
    if (missed > 0) {
      hand(new ClientEvent.EventsMissed(clock.instant(), attempt, missed));
      missed = 0;
    }
  }

  private void hand(ClientEvent event) {
    waiting++;
    lane.execute(() -> deliver(event));
  }

  private void deliver(ClientEvent event) {
    synchronized (this) {
      waiting--;
    }
    try {
      listener.happened(event);
    } catch (RuntimeException e) { // the application's own; it must not end this lane
      Log.CALLBACK.log(System.Logger.Level.WARNING, "A listener of events threw", e);
    }
  }
}
