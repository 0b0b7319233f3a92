package io.mooring.internal.engine;

import io.mooring.internal.net.Lane;
import io.mooring.internal.telemetry.Log;
import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ClientEvents;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Brings events to one listener, in order and within a bound. Any thread. */
final class EventLane {
  /** Events that wait for the listener, at most. */
  static final int BOUND = 256;

  private final ClientEvents listener;
  private final Lane lane;
  private final Clock clock;

  /** Guarded by the monitor, under which nothing of the application's runs. */
  private final Queue<ClientEvent> waiting = new ArrayDeque<>();

  private long missed;

  EventLane(ClientEvents listener, @Nullable Executor executor, Clock clock) {
    this.listener = listener;
    this.lane = new Lane(executor);
    this.clock = clock;
  }

  /** Hands over {@code event}, behind word of those that did not fit. */
  void offer(ClientEvent event) {
    int added;
    synchronized (this) {
      if (waiting.size() >= BOUND) {
        missed++;
        return;
      }
      added = sayMissed(event.attempt()) + 1;
      waiting.add(event);
    }
    deliver(added);
  }

  /** Nothing more comes: what was missed last is said after all. */
  void end(String client) {
    int added;
    synchronized (this) {
      added = sayMissed(client);
    }
    deliver(added);
  }

  /** How many events that made. */
  private int sayMissed(String attempt) {
    if (missed == 0) {
      return 0;
    }
    waiting.add(new ClientEvent.EventsMissed(clock.instant(), attempt, missed));
    missed = 0;
    return 1;
  }

  /** Not under the monitor: an executor may run the listener here and now. */
  private void deliver(int events) {
    if (events > 0) {
      lane.executeAll(Collections.nCopies(events, this::deliverNext));
    }
  }

  private void deliverNext() {
    ClientEvent event;
    synchronized (this) {
      event = waiting.remove();
    }
    try {
      listener.happened(event);
    } catch (RuntimeException e) { // the application's own; it must not end this lane
      Log.CALLBACK.log(System.Logger.Level.WARNING, "A listener of events threw", e);
    }
  }
}
