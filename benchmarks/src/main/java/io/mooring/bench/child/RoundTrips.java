package io.mooring.bench.child;

import io.mooring.bench.peer.Session;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * QoS 1 messages at a steady rate: from the call of publish to the news of its PUBACK, by a
 * callback or to the thread that waits for it.
 */
final class RoundTrips {
  /** Bytes of payload. */
  static final int SIZE = 64;

  private static final long PATIENCE_SECONDS = 30;

  private RoundTrips() {}

  static Reply run(Session session, int rate, int count) throws Exception {
    long period = TimeUnit.SECONDS.toNanos(1) / rate;
    byte[] payload = new byte[SIZE];
    long[] nanos = new long[count];
    CountDownLatch open = new CountDownLatch(count);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    Meter meter = Meter.start();
    long due = System.nanoTime();
    for (int i = 0; i < count; i++) {
      int index = i;
      awaitTime(due);
      long start = System.nanoTime();
      session.publish(
          Session.TOPIC,
          1,
          payload,
          failure -> {
            nanos[index] = System.nanoTime() - start;
            if (failure != null) {
              failed.set(failure);
            }
            open.countDown();
          });
      due += period;
    }
    if (!open.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || failed.get() != null) {
      throw new IllegalStateException(
          open.getCount() + " of " + count + " unacknowledged", failed.get());
    }
    return Quantiles.add(meter.stop(new Reply()), nanos);
  }

  static Reply runAwaited(Session session, int rate, int count) throws Exception {
    long period = TimeUnit.SECONDS.toNanos(1) / rate;
    byte[] payload = new byte[SIZE];
    long[] nanos = new long[count];
    Meter meter = Meter.start();
    long due = System.nanoTime();
    for (int i = 0; i < count; i++) {
      awaitTime(due);
      long start = System.nanoTime();
      session.publishAndWait(Session.TOPIC, 1, payload);
      nanos[i] = System.nanoTime() - start;
      due += period;
    }
    return Quantiles.add(meter.stop(new Reply()), nanos);
  }

  /** Waits until the clock says so. */
  static void awaitTime(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
