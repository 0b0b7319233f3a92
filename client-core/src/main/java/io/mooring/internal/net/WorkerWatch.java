package io.mooring.internal.net;

import io.mooring.internal.telemetry.Log;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that a {@link Worker} goes on: where the system had no thread for it, another is asked
 * for soon; where it hangs in a step, others go on beside that one, and the log says where it is.
 */
final class WorkerWatch implements Worker.Watch {
  private static final Log LOG = Log.LOOP;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final EventLoop loop;
  private final boolean relieves;

  /** Confined to the loop. */
  private boolean watching;

  private boolean asking;

  /** {@code relieves} where tasks need not keep their order beside one that hangs. */
  WorkerWatch(EventLoop loop, boolean relieves) {
    this.loop = loop;
    this.relieves = relieves;
  }

  @Override
  public void busy(Worker worker) {
    if (!relieves) {
      return;
    }
    if (loop.inLoop()) {
      watch(worker);
    } else {
      loop.execute(() -> watch(worker));
    }
  }

  private void watch(Worker worker) {
    if (!watching) {
      watching = true;
      loop.schedule(loop.nowNanos() + Worker.OVERDUE_NANOS, () -> look(worker));
    }
  }

  private void look(Worker worker) {
    watching = false;
    if (worker.isBusy()) {
      watch(worker);
      worker.relieve(loop.nowNanos()).forEach(this::say);
    }
  }

  private void say(StackTraceElement place) {
    loop.records()
        .execute(
            () ->
                LOG.log(
                    System.Logger.Level.WARNING,
                    "A step of a connection has run for more than 5 s, in "
                        + place
                        + ". Other connections go on beside it. If that is a token, or a key of the"
                        + " application's own, it may hang: look after it. If it is PBKDF2, give"
                        + " the client the stored keys instead of the password."));
  }

  @Override
  public void starved(Worker worker, Throwable cause) {
    loop.execute(() -> askAgain(worker, cause));
  }

  private void askAgain(Worker worker, Throwable cause) {
    if (!asking) {
      asking = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "The system gives no thread, for the limit of processes or for memory. What waits for"
              + " one goes on when there is one.",
          cause);
      later(worker);
    }
  }

  private void later(Worker worker) {
    loop.schedule(loop.nowNanos() + RETRY_NANOS, () -> ask(worker));
  }

  private void ask(Worker worker) {
    if (worker.startThread()) {
      asking = false;
    } else {
      later(worker);
    }
  }
}
