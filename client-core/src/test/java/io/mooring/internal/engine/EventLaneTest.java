package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ClientEvents;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Events on their way to a listener, over executors that an application may bring. */
class EventLaneTest {
  private final List<ClientEvent> heard = new ArrayList<>();

  @Test
  void executorRunsTheListenerAtOnce_noMonitorIsHeld() {
    AtomicReference<Object> monitor = new AtomicReference<>();
    ClientEvents listener =
        event -> {
          assertFalse(Thread.holdsLock(monitor.get()), "others that tell an event would wait");
          heard.add(event);
        };
    EventLane lane = new EventLane(listener, Runnable::run, Clock.systemUTC());
    monitor.set(lane);
    lane.offer(event(1));
    lane.end("client");
    assertEquals(List.of(event(1)), heard);
  }

  @Test
  void readingPaused_theListenerHoldsUpNoCounter() {
    AtomicReference<Object> monitor = new AtomicReference<>();
    ClientEvents listener =
        event -> {
          assertFalse(Thread.holdsLock(monitor.get()), "counters() would wait");
          heard.add(event);
        };
    Tally tally =
        new Tally(new Telemetry("c", Clock.systemUTC(), List.of(listener), Runnable::run));
    monitor.set(tally);
    tally.readingPaused(true, 0);
    tally.readingPaused(true, 1);
    tally.readingPaused(false, 2);
    assertEquals(2, heard.size());
  }

  @Test
  void listenerFallsBehind_whatDidNotFitIsCountedInItsPlace() {
    ArrayDeque<Runnable> turns = new ArrayDeque<>();
    EventLane lane = new EventLane(heard::add, turns::add, Clock.systemUTC());
    for (int i = 0; i < EventLane.BOUND + 3; i++) {
      lane.offer(event(i));
    }
    while (!turns.isEmpty()) {
      turns.remove().run();
    }
    lane.offer(event(-1));
    while (!turns.isEmpty()) {
      turns.remove().run();
    }
    assertEquals(EventLane.BOUND + 2, heard.size());
    assertEquals(event(EventLane.BOUND - 1), heard.get(EventLane.BOUND - 1));
    assertEquals(3, ((ClientEvent.EventsMissed) heard.get(EventLane.BOUND)).count());
    assertEquals(event(-1), heard.get(EventLane.BOUND + 1));
  }

  private static ClientEvent event(long number) {
    return new ClientEvent.EventsMissed(Instant.EPOCH, "c#1", number);
  }
}
