package io.mooring.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneTest {
  private static final int ROUNDS = 2_000;
  private static final int PRODUCERS = 3;
  private static final int PIECES = 40;

  /**
   * The hand-over under stress: several threads put in while the lane runs dry again and again.
   * Every piece runs once, in the order of its producer, and never beside another one.
   */
  @Test
  void manyProducers_everyPieceRunsOnceInOrderAndAlone() throws Exception {
    ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS);
    ExecutorService consumers = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        Lane lane = new Lane(consumers);
        Stress stress = new Stress(round);
        CountDownLatch start = new CountDownLatch(1);
        for (int producer = 0; producer < PRODUCERS; producer++) {
          int mine = producer;
          producers.execute(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  return;
                }
                for (int piece = 0; piece < PIECES; piece++) {
                  int number = piece;
                  lane.execute(() -> stress.run(mine, number));
                }
              });
        }
        start.countDown();
        assertTrue(stress.done.await(20, TimeUnit.SECONDS), "round " + round + " lost a piece");
        assertEquals(List.of(), stress.faults);
      }
    } finally {
      producers.shutdownNow();
      consumers.shutdownNow();
    }
  }

  @Test
  void busyLane_doesNotStarveAnotherOnTheSameThread() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      Lane busy = new Lane(one);
      Lane other = new Lane(one);
      AtomicBoolean stop = new AtomicBoolean();
      CountDownLatch reached = new CountDownLatch(1);
      Runnable again =
          new Runnable() {
            @Override
            public void run() {
              if (!stop.get()) {
                busy.execute(this);
              }
            }
          };
      busy.execute(again);
      other.execute(reached::countDown);
      assertTrue(reached.await(10, TimeUnit.SECONDS));
      stop.set(true);
    } finally {
      one.shutdownNow();
    }
  }

  @Test
  void pieceThatIsInterrupted_leavesThoseBehindItAlone_andTheExecutorHearsOfIt() {
    List<Boolean> seen = new ArrayList<>();
    Lane lane = new Lane(Runnable::run);
    lane.executeAll(
        List.of(
            () -> Thread.currentThread().interrupt(),
            () -> seen.add(Thread.currentThread().isInterrupted()),
            () -> seen.add(Thread.currentThread().isInterrupted())));
    assertTrue(Thread.interrupted());
    assertEquals(List.of(false, false), seen);
  }

  @Test
  void error_endsTheThreadAndNotTheLane() throws Exception {
    List<Throwable> uncaught = new ArrayList<>();
    CountDownLatch died = new CountDownLatch(1);
    CountDownLatch next = new CountDownLatch(1);
    ExecutorService executor =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work);
              thread.setUncaughtExceptionHandler(
                  (where, what) -> {
                    uncaught.add(what);
                    died.countDown();
                  });
              return thread;
            });
    try {
      Lane lane = new Lane(executor);
      LinkageError error = new LinkageError("a class of the application is missing");
      lane.execute(
          () -> {
            throw error;
          });
      lane.execute(next::countDown);
      assertTrue(next.await(10, TimeUnit.SECONDS));
      assertTrue(died.await(10, TimeUnit.SECONDS));
      assertEquals(List.of(error), uncaught);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void errorAmidSeveralPieces_theOthersRunInOrder_andNoneTwice() throws Exception {
    List<String> ran = new CopyOnWriteArrayList<>();
    CountDownLatch last = new CountDownLatch(1);
    ExecutorService executor =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work);
              thread.setUncaughtExceptionHandler((where, what) -> ran.add("died"));
              return thread;
            });
    try {
      Lane lane = new Lane(executor);
      CountDownLatch allIn = new CountDownLatch(1);
      lane.executeAll(
          List.of(
              () -> awaitQuietly(allIn),
              () -> ran.add("a"),
              () -> {
                throw new LinkageError("a class of the application is missing");
              },
              () -> ran.add("b")));
      lane.execute(() -> ran.add("c"));
      lane.execute(last::countDown);
      allIn.countDown();
      assertTrue(last.await(10, TimeUnit.SECONDS));
      ran.remove("died");
      assertEquals(List.of("a", "b", "c"), ran);
    } finally {
      executor.shutdownNow();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void executorThatRefuses_workIsDoneAllTheSame() throws Exception {
    Lane lane =
        new Lane(
            work -> {
              throw new RejectedExecutionException("full");
            });
    CountDownLatch ran = new CountDownLatch(1);
    lane.execute(ran::countDown);
    assertTrue(ran.await(10, TimeUnit.SECONDS));
  }

  @Test
  void executorThatFindsNoThread_keepsNoPieceBack() throws Exception {
    Lane lane =
        new Lane(
            work -> {
              throw new OutOfMemoryError("unable to create native thread");
            });
    CountDownLatch ran = new CountDownLatch(2);
    lane.execute(ran::countDown);
    lane.execute(ran::countDown);
    assertTrue(ran.await(10, TimeUnit.SECONDS));
  }

  @Test
  void noThreadAnywhere_theNextPieceTriesAgain() {
    OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
    AtomicBoolean recovered = new AtomicBoolean();
    Executor poor =
        work -> {
          if (!recovered.get()) {
            throw error;
          }
          work.run();
        };
    List<String> ran = new ArrayList<>();
    Lane lane = new Lane(poor, poor);
    lane.execute(() -> ran.add("first"));
    assertEquals(List.of(), ran);
    recovered.set(true);
    lane.execute(() -> ran.add("second"));
    assertEquals(List.of("first", "second"), ran);
  }

  @Test
  void executorThatThrowsAndRunsItAllTheSame_piecesRunOnce() {
    List<Runnable> kept = new ArrayList<>();
    Lane lane =
        new Lane(
            work -> {
              kept.add(work);
              throw new IllegalStateException("faulty");
            },
            Runnable::run);
    List<String> ran = new ArrayList<>();
    lane.execute(() -> ran.add("piece"));
    lane.execute(() -> kept.get(0).run());
    assertEquals(List.of("piece"), ran);
  }

  @Test
  void pieceThatThrowsOnTheCallersThread_isNotTakenForARefusal() {
    Lane lane = new Lane(Runnable::run);
    List<String> ran = new ArrayList<>();
    IllegalStateException fault = new IllegalStateException("of the piece");
    assertSame(
        fault,
        assertThrows(
            IllegalStateException.class,
            () ->
                lane.execute(
                    () -> {
                      lane.execute(() -> ran.add("next"));
                      throw fault;
                    })));
    lane.execute(() -> ran.add("last"));
    assertEquals(List.of("next", "last"), ran);
  }

  private static final class Stress {
    private final CountDownLatch done = new CountDownLatch(PRODUCERS * PIECES);
    private final AtomicInteger inside = new AtomicInteger();
    private final int[] next = new int[PRODUCERS];
    private final List<String> faults = new ArrayList<>();
    private final int round;

    Stress(int round) {
      this.round = round;
    }

    /** Its plain fields are safe only if the lane hands one piece on to the next. */
    void run(int producer, int piece) {
      if (inside.incrementAndGet() != 1) {
        faults.add("round " + round + ": two pieces at once");
      }
      if (next[producer]++ != piece) {
        faults.add("round " + round + ": " + IntStream.of(next).boxed().toList() + ", " + piece);
      }
      inside.decrementAndGet();
      done.countDown();
    }
  }
}
