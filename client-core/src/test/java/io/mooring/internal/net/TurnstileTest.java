package io.mooring.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TurnstileTest {
  private final List<String> begun = new ArrayList<>();
  private int backlog;
  private final FakeTime time = new FakeTime();
  private final Turnstile turnstile = new Turnstile(() -> backlog, time);

  private static final class FakeTime implements Turnstile.Time {
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
    private long now;

    private record Due(long at, Runnable action) {}

    @Override
    public long nowNanos() {
      return now;
    }

    @Override
    public void schedule(long deadlineNanos, Runnable action) {
      due.add(new Due(deadlineNanos, action));
    }

    void pass(long nanos) {
      now += nanos;
      for (Due next = due.peek(); next != null && next.at() <= now; next = due.peek()) {
        due.remove();
        next.action().run();
      }
    }
  }

  private Turnstile.Turn queue(String peer, String attempt) {
    return turnstile.queue(peer, () -> begun.add(attempt));
  }

  @Test
  void workerHasTime_beginsAtOnce() {
    queue("a", "1");
    assertEquals(List.of("1"), begun);
    assertFalse(turnstile.anybodyWaits());
  }

  @Test
  void workerIsBehind_nobodyBeginsUntilItHasTime() {
    backlog = Turnstile.BACKLOG;
    queue("a", "1");
    queue("a", "2");
    assertTrue(turnstile.anybodyWaits());
    assertEquals(List.of(), begun);
    backlog = 0;
    turnstile.admit();
    assertEquals(List.of("1", "2"), begun);
  }

  @Test
  void eachBegunAttemptGivesTheWorkerWork_theyBeginOneByOne() {
    Turnstile limited = new Turnstile(() -> backlog, time);
    for (int i = 0; i < 100; i++) {
      String attempt = Integer.toString(i);
      limited.queue(
          "a",
          () -> {
            begun.add(attempt);
            backlog++;
          });
    }
    assertEquals(Turnstile.BACKLOG, begun.size());
    backlog--;
    limited.admit();
    assertEquals(Turnstile.BACKLOG + 1, begun.size());
  }

  @Test
  void manyAtOnce_aBrokerGetsAFew() {
    for (int i = 0; i < 1_000; i++) {
      queue("a", "a" + i);
    }
    assertEquals(AttemptWindow.LEAST, begun.size());
  }

  @Test
  void manyBesideTraffic_oneAtATime_untilTheTrafficEnds() {
    Deque<Turnstile.Turn> turns = new ArrayDeque<>();
    backlog = Turnstile.BACKLOG;
    for (int i = 0; i < 100; i++) {
      turns.add(queue("a", "a" + i));
    }
    turnstile.besideTraffic();
    backlog = 0;
    turnstile.admit();
    assertEquals(1, begun.size());
    time.pass(Turnstile.TRAFFIC_NANOS - 1);
    turnstile.admit();
    assertEquals(1, begun.size());
    turns.remove().release();
    assertEquals(2, begun.size());
    time.pass(1);
    turnstile.admit();
    assertEquals(1 + AttemptWindow.LEAST, begun.size());
  }

  @Test
  void trafficThatWasOverBeforeAnybodyCame_countsForNothing() {
    turnstile.besideTraffic();
    for (int i = 0; i < 100; i++) {
      queue("a", "a" + i);
    }
    assertEquals(AttemptWindow.LEAST, begun.size());
  }

  @Test
  void attemptsTakeTheirTimeWithoutWaiting_moreAndMoreAreUnderWay() {
    Deque<Turnstile.Turn> turns = new ArrayDeque<>();
    for (int i = 0; i < 1_000; i++) {
      turns.add(queue("far", "f" + i));
    }
    int finished = 0;
    for (int round = 0; round < 5; round++) {
      int underWay = begun.size() - finished;
      time.pass(TimeUnit.MILLISECONDS.toNanos(400));
      for (int i = 0; i < underWay; i++) {
        turns.remove().arrived();
      }
      finished += underWay;
    }
    assertEquals(AttemptWindow.MOST, begun.size() - finished);
  }

  @Test
  void silentBroker_othersFollowEachSecondUpToTheMost() {
    for (int i = 0; i < 1_000; i++) {
      queue("silent", "s" + i);
    }
    assertEquals(AttemptWindow.LEAST, begun.size());
    time.pass(Turnstile.SILENT_NANOS - 1);
    assertEquals(AttemptWindow.LEAST, begun.size());
    time.pass(1);
    assertEquals(2 * AttemptWindow.LEAST, begun.size());
    for (int i = 0; i < AttemptWindow.MOST; i++) {
      time.pass(Turnstile.SILENT_NANOS);
    }
    assertEquals(AttemptWindow.MOST, begun.size());
  }

  @Test
  void silentBroker_holdsItsOwnPlacesOnly() {
    for (int i = 0; i < 1_000; i++) {
      queue("silent", "s" + i);
    }
    queue("alive", "a");
    assertEquals("a", begun.get(begun.size() - 1));
  }

  @Test
  void brokersTakeTurns() {
    backlog = Turnstile.BACKLOG;
    for (int i = 0; i < 3; i++) {
      queue("a", "a" + i);
    }
    for (int i = 0; i < 3; i++) {
      queue("b", "b" + i);
    }
    backlog = 0;
    turnstile.admit();
    assertEquals(List.of("a0", "b0", "a1", "b1", "a2", "b2"), begun);
  }

  @Test
  void attemptGivenUpWhileItWaits_neverBegins() {
    backlog = Turnstile.BACKLOG;
    Turnstile.Turn first = queue("a", "1");
    queue("a", "2");
    first.release();
    first.release();
    backlog = 0;
    turnstile.admit();
    assertEquals(List.of("2"), begun);
  }

  @Test
  void attemptThatFailsToBegin_keepsNoPlace() {
    for (int i = 0; i < 2 * AttemptWindow.MOST; i++) {
      turnstile.queue(
          "a",
          () -> {
            throw new IllegalStateException("a fault of one client, which the others do not hear");
          });
    }
    queue("a", "next");
    assertEquals(List.of("next"), begun);
  }

  @RepeatedTest(20)
  void anyHistory_placesAreNeverLostAndTheOrderIsKept(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    Map<String, Turnstile.Turn> turns = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      if (random.nextInt(3) > 0) {
        String attempt = Integer.toString(i);
        turns.put(attempt, queue("peer", attempt));
      } else if (!turns.isEmpty()) {
        List<String> attempts = List.copyOf(turns.keySet());
        Turnstile.Turn over = turns.remove(attempts.get(random.nextInt(attempts.size())));
        if (random.nextBoolean()) {
          over.arrived();
        }
        over.release();
      }
      time.pass(random.nextInt(1 << random.nextInt(31)));
      long underWay = begun.stream().filter(turns::containsKey).count();
      assertTrue(underWay <= AttemptWindow.MOST, underWay + " are under way");
    }
    while (!turns.isEmpty()) {
      turns.remove(turns.keySet().iterator().next()).release();
    }
    assertFalse(turnstile.anybodyWaits());
    List<Integer> order = begun.stream().map(Integer::valueOf).toList();
    assertEquals(order.stream().sorted().toList(), order);
    for (int i = 0; i < AttemptWindow.LEAST; i++) {
      queue("peer", "again");
    }
    long again = begun.stream().filter(each -> each.equals("again")).count();
    assertEquals(AttemptWindow.LEAST, again);
  }
}
