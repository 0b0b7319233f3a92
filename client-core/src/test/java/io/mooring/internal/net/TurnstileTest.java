package io.mooring.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TurnstileTest {
  private final List<String> begun = new ArrayList<>();
  private int backlog;
  private final Turnstile turnstile = new Turnstile(() -> backlog);

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
    Turnstile limited = new Turnstile(() -> backlog);
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
  void silentBroker_holdsItsOwnPlacesOnly() {
    for (int i = 0; i < 1_000; i++) {
      queue("silent", "s" + i);
    }
    assertEquals(Turnstile.UNDER_WAY, begun.size());
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
    for (int i = 0; i < 2 * Turnstile.UNDER_WAY; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              turnstile.queue(
                  "a",
                  () -> {
                    throw new IllegalStateException("a fault of one client");
                  }));
    }
    queue("a", "next");
    assertEquals(List.of("next"), begun);
  }

  @RepeatedTest(20)
  void anyHistory_placesAreNeverLostAndTheOrderIsKept(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    List<Turnstile.Turn> turns = new ArrayList<>();
    int queued = 0;
    for (int i = 0; i < 2_000; i++) {
      if (random.nextInt(3) > 0) {
        turns.add(queue("peer", Integer.toString(queued++)));
      } else if (!turns.isEmpty()) {
        turns.remove(0).release();
      }
    }
    while (!turns.isEmpty()) {
      turns.remove(0).release();
    }
    assertFalse(turnstile.anybodyWaits());
    List<Integer> order = begun.stream().map(Integer::valueOf).toList();
    assertEquals(order.stream().sorted().toList(), order);
    for (int i = 0; i < Turnstile.UNDER_WAY; i++) {
      queue("peer", "again");
    }
    assertEquals(Turnstile.UNDER_WAY, begun.stream().filter(each -> each.equals("again")).count());
  }
}
