package io.mooring.internal.engine;

import io.mooring.internal.net.EventLoop;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Has the sockets of this process audited again and again while the client lives. The next wait
 * begins when the last audit has ended, so that a slow one does not pile up. Confined to the event
 * loop.
 */
final class AuditSchedule {
  /** Each wait is up to this part shorter or longer. */
  private static final double JITTER = 0.1;

  /** One for all: each of its own costs a look through the security providers. */
  private static final SecureRandom RANDOM = new SecureRandom();

  private final EventLoop loop;
  private final @Nullable SocketGuard guard;
  private EventLoop.@Nullable Timer timer;
  private boolean over;

  AuditSchedule(EventLoop loop, @Nullable SocketGuard guard) {
    this.loop = loop;
    this.guard = guard;
  }

  /** Waits for the first time, if there is anything to do. */
  void start() {
    SocketGuard audited = guard;
    Duration period = audited == null ? null : audited.wanted().period();
    if (audited != null && period != null && !over) {
      long due = loop.nowNanos() + jittered(period, RANDOM);
      timer = loop.schedule(due, () -> audit(audited));
    }
  }

  private void audit(SocketGuard audited) {
    timer = null;
    loop.worker()
        .execute(
            () -> {
              try {
                audited.audit();
              } finally {
                loop.execute(this::start); // one that failed must not be the last
              }
            });
  }

  /** No audit from now on, but for one that is under way. */
  void end() {
    over = true;
    EventLoop.Timer waiting = timer;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  /** {@code period} in nanoseconds, up to a tenth shorter or longer. */
  static long jittered(Duration period, RandomGenerator random) {
    return (long) (period.toNanos() * (1 - JITTER + 2 * JITTER * random.nextDouble()));
  }
}
