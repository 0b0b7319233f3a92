package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.InboundCounters;
import io.mooring.Qos;
import io.mooring.RateLimit;
import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.Overflow;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.session.InboundPublishes;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MailboxTest {
  private final EventLoop loop = EventLoop.acquire();
  private final Tally tally = new Tally(Telemetry.silent());
  private final InboundWindow window = new InboundWindow(64, 64 * 1024);
  private final ReadingGate gate = new ReadingGate();
  private final Mailbox.Shared shared =
      new Mailbox.Shared(loop, window, gate::changes, tally, null);
  private final AtomicLong reported = new AtomicLong();
  private final Queue<ReasonCode> acknowledged = new ConcurrentLinkedQueue<>();

  @AfterEach
  void giveTheLoopBack() {
    loop.release();
  }

  private Mailbox mailbox(SubscribeOptions options, Consumer<Delivery> handler) {
    Mailbox mailbox =
        new Mailbox(
            "f",
            options,
            handler,
            shared,
            new DropReport(loop, count -> reported.addAndGet(count)));
    tally.opened(mailbox);
    return mailbox;
  }

  private void onLoop(Runnable step) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            step.run();
            done.complete(null);
          } catch (RuntimeException | AssertionError e) {
            done.completeExceptionally(e);
          }
        });
    done.get(20, TimeUnit.SECONDS);
  }

  private Acknowledgement message(Qos qos, int parts) {
    return new Acknowledgement(
        InboundPublishes.of("t", qos, 1), parts, due -> acknowledged.add(due.reason()));
  }

  private static void offer(Mailbox mailbox, Acknowledgement message) {
    mailbox.arrived(message);
    mailbox.handOver();
  }

  private static void requireThatAllAddsUp(InboundCounters c) {
    long sum =
        c.handled()
            + c.handlerFailures()
            + c.dropped()
            + c.ended()
            + c.unsolicited()
            + c.retainedRefused()
            + c.waiting();
    assertEquals(c.received(), sum, c.toString());
  }

  @Test
  void dropping_acknowledgesAtTakeOver_and0x97WhatItNeverTook() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    CountDownLatch handling = new CountDownLatch(1);
    Mailbox mailbox =
        mailbox(
            SubscribeOptions.DEFAULT.withOverflow(Overflow.DROP_NEWEST).withQueue(2, 1024),
            delivery -> {
              handling.countDown();
              awaitQuietly(hang);
              delivery.acknowledge();
            });
    onLoop(() -> offer(mailbox, message(Qos.AT_LEAST_ONCE, 1)));
    assertTrue(handling.await(10, TimeUnit.SECONDS));
    onLoop(() -> offer(mailbox, message(Qos.EXACTLY_ONCE, 1)));
    onLoop(() -> offer(mailbox, message(Qos.AT_LEAST_ONCE, 1)));
    assertEquals(
        List.of(ReasonCode.SUCCESS, ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED),
        List.copyOf(acknowledged));
    assertEquals(1, reported.get());
    assertEquals(new InboundCounters(3, 0, 0, 1, 0, 0, 0, 2), mailbox.counters());
    hang.countDown();
    onLoop(mailbox::end);
  }

  @Test
  void handlerIsInterrupted_theMessagesBehindItAreNot() throws Exception {
    List<Boolean> seen = new CopyOnWriteArrayList<>();
    CountDownLatch all = new CountDownLatch(3);
    CountDownLatch allIn = new CountDownLatch(1);
    Mailbox mailbox =
        mailbox(
            SubscribeOptions.DEFAULT,
            delivery -> {
              awaitQuietly(allIn);
              seen.add(Thread.currentThread().isInterrupted());
              if (seen.size() == 1) {
                Thread.currentThread().interrupt();
              }
              delivery.acknowledge();
              all.countDown();
            });
    for (int i = 0; i < 3; i++) {
      onLoop(() -> offer(mailbox, message(Qos.AT_LEAST_ONCE, 1)));
    }
    allIn.countDown();
    assertTrue(all.await(10, TimeUnit.SECONDS));
    assertEquals(List.of(false, false, false), seen);
    onLoop(mailbox::end);
  }

  @Test
  void messageOfTwoSubscriptions_thatOneDropped_isAcknowledgedWithSuccess() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    SubscribeOptions one =
        SubscribeOptions.DEFAULT.withOverflow(Overflow.DROP_NEWEST).withQueue(1, 1024);
    Mailbox full = mailbox(one, delivery -> awaitQuietly(hang));
    CountDownLatch handled = new CountDownLatch(1);
    Mailbox free =
        mailbox(
            SubscribeOptions.DEFAULT,
            delivery -> {
              delivery.acknowledge();
              handled.countDown();
            });
    onLoop(() -> offer(full, message(Qos.AT_MOST_ONCE, 1)));
    Acknowledgement both = message(Qos.AT_LEAST_ONCE, 2);
    onLoop(() -> offer(full, both));
    assertEquals(List.of(), List.copyOf(acknowledged));
    onLoop(() -> offer(free, both));
    assertTrue(handled.await(10, TimeUnit.SECONDS));
    assertEquals(List.of(ReasonCode.SUCCESS), List.copyOf(acknowledged));
    hang.countDown();
  }

  @Test
  void manual_unacknowledgedMessagesTakeRoom_untilAConnectionThatBringsThemAgain()
      throws Exception {
    Queue<Delivery> mine = new ConcurrentLinkedQueue<>();
    Mailbox mailbox =
        mailbox(
            SubscribeOptions.DEFAULT.withManualAcknowledgement(true).withQueue(2, 1024), mine::add);
    for (Qos qos : List.of(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE)) {
      onLoop(() -> offer(mailbox, message(qos, 1)));
    }
    onLoop(() -> assertTrue(gate.isClosed()));
    await(() -> mailbox.counters().handled() == 2);
    onLoop(() -> mailbox.connected(true));
    onLoop(() -> assertFalse(gate.isClosed(), "the broker sends the QoS 1 message again"));
    assertEquals(63, window.freeMessages());
    mine.forEach(Delivery::acknowledge);
    assertEquals(64, window.freeMessages());
    assertEquals(2, acknowledged.size());
  }

  @Test
  void replaced_whatWaitsGoesToTheNewHandlerInOrder() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    List<Delivery> got = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(4);
    CountDownLatch handling = new CountDownLatch(1);
    Mailbox old =
        mailbox(
            SubscribeOptions.DEFAULT,
            delivery -> {
              handling.countDown();
              awaitQuietly(hang);
            });
    List<Acknowledgement> sent = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sent.add(message(Qos.AT_LEAST_ONCE, 1));
    }
    onLoop(() -> sent.forEach(each -> offer(old, each)));
    assertTrue(handling.await(10, TimeUnit.SECONDS));
    Mailbox successor =
        mailbox(
            SubscribeOptions.DEFAULT,
            delivery -> {
              got.add(delivery);
              all.countDown();
            });
    onLoop(() -> old.handTo(successor));
    assertTrue(all.await(10, TimeUnit.SECONDS));
    assertEquals(sent.subList(1, 5), got.stream().map(Delivery::acknowledgement).toList());
    assertEquals(1, old.counters().received());
    hang.countDown();
  }

  @Test
  void handled_isAcknowledgedOnceTheHandlerHasReturned_andBeforeTheNextOne() throws Exception {
    Queue<Integer> acknowledgedBefore = new ConcurrentLinkedQueue<>();
    CountDownLatch all = new CountDownLatch(3);
    Mailbox mailbox =
        mailbox(
            SubscribeOptions.DEFAULT,
            delivery -> {
              delivery.handled();
              acknowledgedBefore.add(acknowledged.size());
              all.countDown();
            });
    onLoop(
        () -> {
          assertTrue(mailbox.arrived(message(Qos.AT_LEAST_ONCE, 1)));
          assertFalse(mailbox.arrived(message(Qos.EXACTLY_ONCE, 1)));
          assertFalse(mailbox.arrived(message(Qos.AT_LEAST_ONCE, 1)));
          mailbox.handOver();
        });
    assertTrue(all.await(10, TimeUnit.SECONDS));
    await(() -> mailbox.counters().handled() == 3);
    assertEquals(List.of(0, 1, 2), List.copyOf(acknowledgedBefore));
    await(() -> acknowledged.size() == 3);
    assertEquals(64, window.freeMessages());
  }

  /** All policies at once, hand-overs, manual acknowledgements and a reader of the counters. */
  @Test
  void stress_countersAddUpAtEveryMoment_andAllRoomComesBack() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger inHandlers = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    ExecutorService others = Executors.newFixedThreadPool(2);
    Queue<Delivery> byHand = new ConcurrentLinkedQueue<>();
    try {
      CompletableFuture<Void> reader =
          CompletableFuture.runAsync(
              () -> {
                while (!stop.get()) {
                  requireThatAllAddsUp(tally.snapshot(0).inbound());
                }
              },
              others);
      CompletableFuture<Void> acknowledger =
          CompletableFuture.runAsync(
              () -> {
                while (!stop.get() || !byHand.isEmpty()) {
                  Delivery next = byHand.poll();
                  if (next != null) {
                    next.acknowledge();
                  }
                }
              },
              others);
      long offered = 0;
      for (long seed = 1; seed <= 60; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Mailbox> mailboxes = new ArrayList<>();
        for (Overflow overflow : Overflow.values()) {
          boolean manual = random.nextBoolean();
          SubscribeOptions options =
              SubscribeOptions.DEFAULT
                  .withOverflow(overflow)
                  .withManualAcknowledgement(manual)
                  .withQueue(1 + random.nextInt(20), 1024);
          if (random.nextInt(3) == 0) {
            options = options.withRateLimit(RateLimit.perSecond(1 + random.nextInt(100_000)));
          }
          AtomicInteger alone = new AtomicInteger();
          mailboxes.add(
              mailbox(
                  options,
                  delivery -> {
                    overlaps.addAndGet(alone.getAndIncrement());
                    inHandlers.incrementAndGet();
                    if (delivery.publish().payloadLength() % 7 == 0) {
                      delivery.fail(null);
                    } else if (manual) {
                      byHand.add(delivery);
                    } else if (delivery.publish().payloadLength() % 2 == 0) {
                      delivery.handled();
                    } else {
                      delivery.acknowledge();
                    }
                    alone.decrementAndGet();
                  }));
        }
        for (int step = 0; step < 200; step++) {
          Mailbox target = mailboxes.get(random.nextInt(mailboxes.size()));
          int burst = 1 + random.nextInt(3);
          offered += burst;
          onLoop(
              () -> {
                for (int i = 0; i < burst; i++) {
                  int length = random.nextInt(100);
                  target.arrived(
                      new Acknowledgement(
                          InboundPublishes.of("t" + length % 3, Qos.of(random.nextInt(3)), length),
                          1,
                          due -> acknowledged.add(due.reason())));
                }
                target.handOver();
              });
        }
        onLoop(() -> mailboxes.get(1).handTo(mailboxes.get(2)));
        onLoop(() -> mailboxes.forEach(Mailbox::end));
      }
      await(() -> tally.snapshot(0).inbound().waiting() == 0);
      stop.set(true);
      reader.get(20, TimeUnit.SECONDS);
      acknowledger.get(20, TimeUnit.SECONDS);
      InboundCounters all = tally.snapshot(0).inbound();
      requireThatAllAddsUp(all);
      assertEquals(0, overlaps.get());
      assertEquals(offered, all.received());
      assertEquals(inHandlers.get(), all.handled() + all.handlerFailures());
      assertEquals(64, window.freeMessages());
      assertEquals(64 * 1024, window.freeBytes());
      assertTrue(tally.snapshot(0).subscriptions().isEmpty());
      onLoop(() -> assertFalse(gate.isClosed()));
    } finally {
      stop.set(true);
      others.shutdownNow();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - until < 0, "waited 20 s");
      Thread.onSpinWait();
    }
  }
}
