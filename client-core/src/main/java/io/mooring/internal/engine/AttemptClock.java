package io.mooring.internal.engine;

import io.mooring.internal.net.Errands;
import io.mooring.internal.net.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of one attempt. It stands still while the attempt waits for its turn and while its
 * steps wait for the worker: on a gateway with a thousand identities that is the time the others
 * take, and an attempt that failed for it would only queue again. Confined to the event loop.
 */
final class AttemptClock {
  /** Spares a timer that would ring again and again while a step waits for the worker. */
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final EventLoop loop;
  private final Errands errands;
  private final long budgetNanos;
  private final Runnable passed;
  private final long begunAt;
  private long stoodNanos;
  private long standingSince;
  private EventLoop.@Nullable Timer timer;

  /** Starts it; {@code passed} runs on the loop when {@code budget} is used up. */
  AttemptClock(EventLoop loop, Errands errands, Duration budget, Runnable passed) {
    this.loop = loop;
    this.errands = errands;
    this.budgetNanos = budget.toNanos();
    this.passed = passed;
    this.begunAt = loop.nowNanos();
    timer = loop.schedule(begunAt + budgetNanos, this::ring);
  }

  /** The attempt waits for its turn from now on. */
  void stand() {
    cancel();
    standingSince = loop.nowNanos();
  }

  /** Its turn has come. */
  void goOn() {
    stoodNanos += loop.nowNanos() - standingSince;
    ring();
  }

  /** No deadline any more. */
  void cancel() {
    EventLoop.Timer pending = timer;
    timer = null;
    if (pending != null) {
      pending.cancel();
    }
  }

  private void ring() {
    long now = loop.nowNanos();
    long left = budgetNanos - (now - begunAt - stoodNanos - errands.waitedNanos());
    if (left <= 0) {
      timer = null;
      passed.run();
    } else {
      timer = loop.schedule(now + Math.max(left, LEAST_NANOS), this::ring);
    }
  }
}
