package io.mooring.internal.net;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.MooringException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLoopTest {
  private final BlockingQueue<Selector> opened = new LinkedBlockingQueue<>();
  private final AtomicInteger refusals = new AtomicInteger();

  private EventLoop loop() {
    return loop(Lane.THREADS);
  }

  private EventLoop loop(Executor threads) {
    EventLoop loop =
        new EventLoop(
            () -> {
              if (!opened.isEmpty() && refusals.getAndDecrement() > 0) {
                throw new IOException("Too many open files");
              }
              Selector selector = Selector.open();
              opened.add(selector);
              return selector;
            },
            threads);
    loop.start();
    return loop;
  }

  private static void runOn(EventLoop loop) throws Exception {
    CompletableFuture<Boolean> ran = new CompletableFuture<>();
    loop.execute(() -> ran.complete(true));
    assertTrue(ran.get(10, SECONDS));
  }

  @Test
  void selectorFails_whoIsWatchedHearsIt_andTheLoopGoesOnWithANewOne() throws Exception {
    EventLoop loop = loop();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SocketChannel first = SocketChannel.open();
        SocketChannel second = SocketChannel.open()) {
      CompletableFuture<Throwable> lost = new CompletableFuture<>();
      watch(loop, first, server, new Watch(new CountDownLatch(1), lost)).get(10, SECONDS);

      opened.remove().close();
      runOn(loop);

      assertTrue(lost.get(10, SECONDS) != null);
      CountDownLatch connected = new CountDownLatch(1);
      watch(loop, second, server, new Watch(connected, new CompletableFuture<>())).get(10, SECONDS);
      assertTrue(connected.await(10, SECONDS));
    } finally {
      loop.stop();
    }
  }

  /** Falling asleep, lulls and wake-ups against each other: the loop sleeps on no task. */
  @Test
  void tasksFromManyThreads_inAndOutOfLulls_allRun() throws Exception {
    EventLoop loop = loop();
    int threads = 3;
    int tasks = 20_000;
    CountDownLatch ran = new CountDownLatch(threads * tasks);
    try {
      for (int i = 0; i < threads; i++) {
        long seed = i;
        Thread caller =
            new Thread(
                () -> {
                  SplittableRandom random = new SplittableRandom(seed);
                  for (int left = tasks; left > 0; left--) {
                    boolean lull = random.nextInt(8) == 0;
                    loop.execute(
                        () -> {
                          if (lull) {
                            loop.unhurried(50_000);
                          }
                          ran.countDown();
                        });
                    if (random.nextInt(64) == 0) {
                      LockSupport.parkNanos(random.nextInt(100_000));
                    }
                  }
                });
        caller.setDaemon(true);
        caller.start();
      }
      assertTrue(ran.await(20, SECONDS), () -> ran.getCount() + " tasks did not run");
    } finally {
      loop.stop();
    }
  }

  @Test
  void atEndOfTurn_runsBehindItsTurnsTasks_andBeforeThoseTheyAdd() throws Exception {
    EventLoop loop = loop();
    try {
      List<String> order = new CopyOnWriteArrayList<>();
      CountDownLatch last = new CountDownLatch(1);
      loop.execute(
          () -> {
            loop.atEndOfTurn(() -> order.add("end of turn"));
            loop.execute(
                () -> {
                  order.add("next turn");
                  last.countDown();
                });
            order.add("task");
          });
      assertTrue(last.await(10, SECONDS));
      assertEquals(List.of("task", "end of turn", "next turn"), order);
    } finally {
      loop.stop();
    }
  }

  @Test
  void callbackDueAtRest_runsOnTheThreadThatLed_whileAnotherOneLeads() throws Exception {
    EventLoop loop = loop();
    Lane lane = loop.lane(null);
    CompletableFuture<Thread> led = new CompletableFuture<>();
    CompletableFuture<Thread> called = new CompletableFuture<>();
    CompletableFuture<String> calledAs = new CompletableFuture<>();
    CountDownLatch release = new CountDownLatch(1);
    try {
      afterRest(
          loop,
          () -> {
            led.complete(Thread.currentThread());
            lane.execute(
                () -> {
                  calledAs.complete(
                      Thread.currentThread().getName() + ", in loop: " + loop.inLoop());
                  called.complete(Thread.currentThread());
                  awaitUnchecked(release);
                });
          });

      assertSame(led.get(10, SECONDS), called.get(10, SECONDS));
      assertEquals("mooring-callback, in loop: false", calledAs.get(10, SECONDS));
      CompletableFuture<Thread> leads = new CompletableFuture<>();
      loop.execute(() -> leads.complete(Thread.currentThread()));
      assertNotSame(led.get(), leads.get(10, SECONDS));
      assertEquals("mooring-loop", leads.get().getName());
    } finally {
      release.countDown();
      loop.stop();
    }
  }

  /** With much in flight the loop stays where it is: its caches are warm, and nobody waits. */
  @Test
  void callbackOfAnUnhurriedClient_leavesTheLoopWhereItIs() throws Exception {
    EventLoop loop = loop();
    Lane lane = loop.lane(null);
    CompletableFuture<Thread> led = new CompletableFuture<>();
    CompletableFuture<Thread> called = new CompletableFuture<>();
    try {
      afterRest(
          loop,
          () -> {
            led.complete(Thread.currentThread());
            lane.execute(() -> called.complete(Thread.currentThread()));
            loop.unhurried(50_000);
          });
      assertNotSame(led.get(10, SECONDS), called.get(10, SECONDS));
    } finally {
      loop.stop();
    }
  }

  /** Led by one thread after the other, the loop's state is never with two of them. */
  @Test
  void loopThatIsHandedOn_runsTasksAloneAndInOrder_andCallbacksToo() throws Exception {
    EventLoop loop = loop();
    Lane lane = loop.lane(null);
    int rounds = 3_000;
    AtomicInteger inside = new AtomicInteger();
    List<String> faults = new CopyOnWriteArrayList<>();
    List<Integer> calls = Collections.synchronizedList(new ArrayList<>());
    Set<Thread> leaders = ConcurrentHashMap.newKeySet();
    int[] confined = new int[1];
    CountDownLatch done = new CountDownLatch(rounds);
    try {
      for (int round = 0; round < rounds; round++) {
        int number = round;
        loop.execute(
            () -> {
              if (inside.getAndIncrement() != 0 || confined[0]++ != number) {
                faults.add("task " + number);
              }
              leaders.add(Thread.currentThread());
              lane.execute(
                  () -> {
                    calls.add(number);
                    done.countDown();
                  });
              inside.decrementAndGet();
            });
        LockSupport.parkNanos(number % 3 == 0 ? 0 : 200_000);
      }
      assertTrue(done.await(20, SECONDS), () -> done.getCount() + " callbacks did not run");
      assertEquals(List.of(), faults);
      assertEquals(IntStream.range(0, rounds).boxed().toList(), List.copyOf(calls));
      assertTrue(leaders.size() > 1, "the loop was never handed on");
    } finally {
      loop.stop();
    }
  }

  @Test
  void noThreadForAnotherLeader_callbackWaits_andTheLoopGoesOn() throws Exception {
    AtomicInteger given = new AtomicInteger();
    CountDownLatch refused = new CountDownLatch(1);
    EventLoop loop =
        loop(
            task -> {
              int number = given.getAndIncrement();
              if (number == 1 || number == 2) {
                refused.countDown();
                throw new OutOfMemoryError("unable to create native thread");
              }
              Lane.THREADS.execute(task);
            });
    Lane lane = loop.lane(null);
    CompletableFuture<Boolean> called = new CompletableFuture<>();
    try {
      afterRest(loop, () -> lane.execute(() -> called.complete(loop.inLoop())));
      assertTrue(refused.await(10, SECONDS));
      while (!called.isDone()) {
        runOn(loop); // each turn tries again
      }
      assertFalse(called.get());
      assertEquals(4, given.get(), "threads asked for");
      runOn(loop);
    } finally {
      loop.stop();
    }
  }

  /** Runs {@code task} on the loop when it has slept. */
  private static void afterRest(EventLoop loop, Runnable task) throws Exception {
    CompletableFuture<Boolean> scheduled = new CompletableFuture<>();
    loop.execute(
        () -> {
          loop.schedule(loop.nowNanos() + MILLISECONDS.toNanos(200), task);
          scheduled.complete(true);
        });
    scheduled.get(10, SECONDS);
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void systemGivesNoNewSelector_timersAndTasksGoOn_andItIsAskedAgain() throws Exception {
    EventLoop loop = loop();
    try {
      refusals.set(3);
      opened.peek().close();
      for (int i = 0; i < 5; i++) {
        runOn(loop);
      }
      CountDownLatch due = new CountDownLatch(1);
      loop.execute(() -> loop.schedule(loop.nowNanos() + 1_000_000, due::countDown));
      assertTrue(due.await(10, SECONDS));
      assertTrue(refusals.get() < 3);
      while (opened.size() < 2) {
        runOn(loop);
      }
      assertEquals(2, opened.size());
    } finally {
      loop.stop();
    }
  }

  @Test
  void errorInATurn_theLoopGoesOn() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    BlockingQueue<Selector> given = new LinkedBlockingQueue<>();
    EventLoop loop =
        new EventLoop(
            () -> {
              if (asked.getAndIncrement() == 1) {
                throw new OutOfMemoryError("of one turn");
              }
              Selector selector = Selector.open();
              given.add(selector);
              return selector;
            },
            Lane.THREADS);
    loop.start();
    try {
      given.remove().close();
      runOn(loop);
      while (asked.get() < 3) {
        runOn(loop);
      }
      runOn(loop);
    } finally {
      loop.stop();
    }
  }

  @Test
  void leadingThreadIsInterrupted_theLoopSleepsAgain() throws Exception {
    EventLoop loop = loop();
    try {
      CompletableFuture<Thread> interrupted = new CompletableFuture<>();
      loop.execute(
          () -> {
            Thread.currentThread().interrupt();
            interrupted.complete(Thread.currentThread());
          });
      interrupted.get(10, SECONDS);
      CompletableFuture<Boolean> still = new CompletableFuture<>();
      loop.execute(() -> still.complete(Thread.currentThread().isInterrupted()));
      assertFalse(still.get(10, SECONDS));
    } finally {
      loop.stop();
    }
  }

  @Test
  void loopEnds_whatItWatchedIsClosed() throws Exception {
    EventLoop loop = loop();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SocketChannel channel = SocketChannel.open()) {
      watch(loop, channel, server, new Watch(new CountDownLatch(1), new CompletableFuture<>()))
          .get(10, SECONDS);
      loop.stop();
      while (channel.isOpen()) {
        Thread.onSpinWait();
      }
    } finally {
      loop.stop();
    }
  }

  @Test
  void addressThatCannotBeDialled_theNextIsTried() throws Exception {
    EventLoop loop = loop();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      InetSocketAddress impossible = InetSocketAddress.createUnresolved("broker.example", 1);
      InetSocketAddress good =
          new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
      CompletableFuture<Boolean> connected = dial(loop, List.of(impossible, good));
      assertTrue(connected.get(10, SECONDS));
      assertFalse(dial(loop, List.of(impossible)).get(10, SECONDS));
    } finally {
      loop.stop();
    }
  }

  private static CompletableFuture<Boolean> dial(
      EventLoop loop, List<InetSocketAddress> addresses) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Dialer.Outcome outcome =
        new Dialer.Outcome() {
          @Override
          public void connected(SocketChannel channel, SelectionKey key) {
            result.complete(true); // the loop's end closes it
          }

          @Override
          public void unreachable(MooringException cause) {
            result.complete(false);
          }
        };
    loop.execute(() -> new Dialer(loop, "broker.example:1", addresses, outcome).dial());
    return result;
  }

  @Test
  void errands_cancelledBeforeTheyBegin_areLeftOut_andWaitingIsCounted() throws Exception {
    EventLoop loop = loop();
    try {
      CountDownLatch release = new CountDownLatch(1);
      loop.worker()
          .execute(
              () -> {
                try {
                  assertTrue(release.await(10, SECONDS));
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      Errands living = new Errands(loop);
      Errands dead = new Errands(loop);
      BlockingQueue<String> ran = new LinkedBlockingQueue<>();
      dead.execute(() -> ran.add("dead"), () -> ran.add("left out"));
      living.execute(() -> ran.add("living"), () -> ran.add("left out too"));
      dead.cancel();
      long waitedSoFar = living.waitedNanos();
      release.countDown();

      assertEquals("left out", ran.poll(10, SECONDS));
      assertEquals("living", ran.poll(10, SECONDS));
      long waited = living.waitedNanos();
      assertTrue(waited >= waitedSoFar && waited > 0, () -> "waited " + waited);
      assertEquals(waited, living.waitedNanos(), "it waits no longer");
    } finally {
      loop.stop();
    }
  }

  private static CompletableFuture<Void> watch(
      EventLoop loop, SocketChannel channel, ServerSocket server, EventLoop.Ready handler) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
            loop.register(channel, SelectionKey.OP_CONNECT, handler);
            done.complete(null);
          } catch (IOException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private record Watch(CountDownLatch readiness, CompletableFuture<Throwable> lost)
      implements EventLoop.Ready {
    @Override
    public void ready(SelectionKey key) {
      key.interestOps(0);
      readiness.countDown();
    }

    @Override
    public void lost(Throwable cause) {
      lost.complete(cause);
    }
  }
}
