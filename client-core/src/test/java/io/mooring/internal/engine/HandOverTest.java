package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandOverTest {
  private static final int ROUNDS = 2_000;
  private static final int PRODUCERS = 4;
  private static final int ITEMS = 25;

  private record Item(int producer, int number) {}

  /** What jcstress does for one class: many short races of few items, each checked by itself. */
  @Test
  void manyProducers_everyRound_nothingIsLostRepeatedOrLeftWithoutAWakeUp() throws Exception {
    ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS);
    ExecutorService consumer = Executors.newSingleThreadExecutor();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        race(producers, consumer, round);
      }
    } finally {
      producers.shutdownNow();
      consumer.shutdownNow();
    }
  }

  private static void race(ExecutorService producers, ExecutorService consumer, int round)
      throws Exception {
    List<Item> taken = new ArrayList<>();
    CountDownLatch left = new CountDownLatch(PRODUCERS * ITEMS);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    List<HandOver<Item>> self = new ArrayList<>();
    HandOver<Item> handOver =
        new HandOver<>(
            () ->
                consumer.execute(
                    () -> {
                      overlaps.addAndGet(inside.getAndIncrement());
                      self.get(0)
                          .take(
                              item -> {
                                taken.add(item);
                                left.countDown();
                              });
                      inside.decrementAndGet();
                    }));
    self.add(handOver);
    CyclicBarrier start = new CyclicBarrier(PRODUCERS);
    for (int producer = 0; producer < PRODUCERS; producer++) {
      int me = producer;
      producers.execute(
          () -> {
            awaitAll(start);
            for (int number = 0; number < ITEMS; number++) {
              handOver.add(new Item(me, number));
            }
          });
    }
    assertTrue(left.await(10, TimeUnit.SECONDS), () -> "round " + round + ": items were left");
    consumer.submit(() -> {}).get(); // what it did is visible here
    assertEquals(PRODUCERS * ITEMS, taken.size(), "round " + round);
    assertEquals(0, overlaps.get(), "round " + round);
    for (int producer = 0; producer < PRODUCERS; producer++) {
      int me = producer;
      List<Integer> order =
          taken.stream().filter(item -> item.producer == me).map(Item::number).toList();
      assertEquals(order.stream().sorted().distinct().toList(), order, "round " + round);
    }
  }

  private static void awaitAll(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void manyItems_oneWakeUp() {
    AtomicInteger wakeUps = new AtomicInteger();
    HandOver<Integer> handOver = new HandOver<>(wakeUps::incrementAndGet);
    for (int i = 0; i < 1_000; i++) {
      handOver.add(i);
    }
    assertEquals(1, wakeUps.get());
    List<Integer> taken = new ArrayList<>();
    handOver.take(taken::add);
    assertEquals(1_000, taken.size());
    handOver.add(1);
    assertEquals(2, wakeUps.get());
  }

  @Test
  void wakeUpThatFails_theNextOneIsTried() {
    AtomicInteger wakeUps = new AtomicInteger();
    HandOver<Integer> handOver =
        new HandOver<>(
            () -> {
              if (wakeUps.getAndIncrement() == 0) {
                throw new InternalError("unable to create native thread");
              }
            });
    assertThrows(InternalError.class, () -> handOver.add(1));
    handOver.add(2);
    assertEquals(2, wakeUps.get());
    List<Integer> taken = new ArrayList<>();
    handOver.take(taken::add);
    assertEquals(List.of(1, 2), taken);
  }
}
