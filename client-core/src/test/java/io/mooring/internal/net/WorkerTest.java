package io.mooring.internal.net;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkerTest {
  private final Watching watch = new Watching();
  private final Semaphore done = new Semaphore(0);
  private final Semaphore idle = new Semaphore(0);
  private final Worker worker = new Worker("mooring-test", watch, done::release, idle::release);

  @Test
  void taskThatIsNotOverdue_keepsTheOthersWaiting() throws Exception {
    Hanging task = hang();
    worker.execute(() -> {});
    assertTrue(worker.relieve(System.nanoTime()).isEmpty());
    assertEquals(1, worker.backlog());
    task.end.countDown();
    idle.acquire();
    assertEquals(
        1, watch.busy.get(), "told when the first came, and not again before all was done");
    worker.stop();
  }

  @Test
  void taskThatIsOverdue_othersGoOnBesideIt_andOneThreadIsLeftWhenItReturns() throws Exception {
    Hanging task = hang();
    worker.execute(() -> {});
    List<StackTraceElement> where = worker.relieve(later());
    assertEquals(1, where.size());
    assertEquals(Hanging.class.getName(), where.get(0).getClassName());
    done.acquire();
    assertTrue(worker.isBusy());
    assertTrue(worker.relieve(later()).isEmpty(), "said once");

    task.end.countDown();
    idle.acquire();
    Hanging next = hang();
    worker.execute(() -> {});
    worker.execute(() -> {});
    assertEquals(2, worker.backlog(), "one thread again");
    next.end.countDown();
    idle.acquire();
    worker.stop();
  }

  @Test
  void tasksThatHang_takeSoManyThreadsAndNoMore() throws Exception {
    List<Hanging> all = new ArrayList<>();
    for (int i = 0; i < Worker.MOST_THREADS; i++) {
      all.add(hang());
      worker.relieve(later());
    }
    worker.execute(() -> {});
    worker.relieve(later());
    assertEquals(1, worker.backlog());
    all.get(0).end.countDown();
    done.acquire(2); // it, and the one that waited
    assertEquals(0, worker.backlog());
    all.forEach(each -> each.end.countDown());
    idle.acquire();
    assertFalse(worker.isBusy());
    worker.stop();
  }

  @Test
  void workerThatTakesNoMore_isNotBusyForEver() {
    worker.stop();
    assertThrows(RejectedExecutionException.class, () -> worker.execute(() -> {}));
    assertFalse(worker.isBusy());
    assertEquals(1, idle.availablePermits());
  }

  @Test
  void systemHasNoThread_taskWaitsUntilThereIsOne() throws Exception {
    AtomicBoolean none = new AtomicBoolean(true);
    ThreadFactory threads =
        task -> {
          if (none.get()) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          return new Thread(task);
        };
    Worker poor = new Worker(threads, watch, done::release, idle::release);
    poor.execute(() -> {});
    poor.execute(() -> {});
    assertEquals(2, watch.starved.get());
    assertEquals(2, poor.backlog());
    assertFalse(poor.startThread());
    none.set(false);
    assertTrue(poor.startThread());
    idle.acquire();
    assertEquals(2, done.availablePermits());
    poor.stop();
  }

  private Hanging hang() throws InterruptedException {
    Hanging task = new Hanging();
    worker.execute(task);
    assertTrue(task.begun.await(10, SECONDS));
    return task;
  }

  private static long later() {
    return System.nanoTime() + Worker.OVERDUE_NANOS;
  }

  private static final class Watching implements Worker.Watch {
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger starved = new AtomicInteger();

    @Override
    public void busy(Worker worker) {
      busy.incrementAndGet();
    }

    @Override
    public void starved(Worker worker, Throwable cause) {
      starved.incrementAndGet();
    }
  }

  private static final class Hanging implements Runnable {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @Override
    public void run() {
      begun.countDown();
      try {
        end.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
