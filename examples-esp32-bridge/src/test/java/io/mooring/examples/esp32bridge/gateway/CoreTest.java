package io.mooring.examples.esp32bridge.gateway;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CoreTest {
  /** What the watchdog goes by. */
  @Test
  void taskThatDoesNotReturn_isSeenAsLongAsItRuns() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Core core = new Core(fault -> {});
    try {
      assertEquals(Duration.ZERO, core.busyFor());
      core.execute(
          () -> {
            begun.countDown();
            awaitUnchecked(end);
          });
      begun.await();
      await().until(() -> core.busyFor().compareTo(Duration.ofMillis(50)) > 0);
      end.countDown();
      await().until(() -> core.busyFor().isZero());
    } finally {
      end.countDown();
      core.shutdown();
    }
  }

  @Test
  void whatATaskThrows_isAFault() throws InterruptedException {
    LinkedBlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
    Core core = new Core(faults::add);
    try {
      IllegalStateException thrown = new IllegalStateException("made by the test");
      core.execute(
          () -> {
            throw thrown;
          });
      assertEquals(thrown, faults.poll(10, TimeUnit.SECONDS));
    } finally {
      core.shutdown();
    }
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
