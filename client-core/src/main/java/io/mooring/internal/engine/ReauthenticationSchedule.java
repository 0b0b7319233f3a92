package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.TimeoutException;
import io.mooring.internal.net.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When to re-authenticate on one connection, who waits for it, and how long it may take. Confined
 * to the event loop.
 */
final class ReauthenticationSchedule {
  private final EventLoop loop;
  private final Supplier<EngineOptions> options;
  private final Endpoint endpoint;
  private final Runnable due;
  private final Consumer<MooringException> late;
  private EventLoop.@Nullable Timer timer;
  private EventLoop.@Nullable Timer deadline;
  private @Nullable Consumer<@Nullable MooringException> waiting;

  /**
   * {@code options} may change while it runs. {@code due} is run at each interval; {@code late}
   * hears of one that was not answered in time.
   */
  ReauthenticationSchedule(
      EventLoop loop,
      Supplier<EngineOptions> options,
      Endpoint endpoint,
      Runnable due,
      Consumer<MooringException> late) {
    this.loop = loop;
    this.options = options;
    this.endpoint = endpoint;
    this.due = due;
    this.late = late;
  }

  /**
   * The connection was authenticated just now: the next interval begins, and who waited hears it.
   */
  void authenticated() {
    cancel(timer);
    EnhancedAuthenticator authenticator = options.get().authenticator();
    Duration interval = authenticator == null ? null : authenticator.reauthenticateEvery();
    timer = interval == null ? null : loop.schedule(loop.nowNanos() + interval.toNanos(), due);
    settle(null);
  }

  /** True if one begins now; false if {@code done} joined one that is running. */
  boolean begin(Consumer<@Nullable MooringException> done) {
    Consumer<@Nullable MooringException> earlier = waiting;
    if (earlier != null) {
      waiting = earlier.andThen(done);
      return false;
    }
    waiting = done;
    deadline =
        loop.schedule(
            loop.nowNanos() + options.get().dialling().connectTimeout().toNanos(),
            () -> late.accept(tooLate()));
    return true;
  }

  /** True between {@link #begin} and the answer to it. */
  boolean isRunning() {
    return waiting != null;
  }

  /** The connection is over. */
  void end(MooringException cause) {
    cancel(timer);
    settle(cause);
  }

  private void settle(@Nullable MooringException failure) {
    cancel(deadline);
    deadline = null;
    Consumer<@Nullable MooringException> done = waiting;
    waiting = null;
    if (done != null) {
      done.accept(failure);
    }
  }

  private TimeoutException tooLate() {
    return new TimeoutException(
        ErrorCode.REAUTHENTICATION_TIMED_OUT,
        "No answer to re-authentication from "
            + endpoint
            + " within "
            + options.get().dialling().connectTimeout().toMillis()
            + " ms; the connection was closed. Check the broker, or raise connectTimeout.",
        null);
  }

  private static void cancel(EventLoop.@Nullable Timer pending) {
    if (pending != null) {
      pending.cancel();
    }
  }
}
