package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.TimeoutException;
import io.mooring.internal.net.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When to re-authenticate on one connection, who waits for it, and how long it may take. Confined
 * to the event loop.
 */
final class ReauthenticationSchedule {
  private final EventLoop loop;
  private final Endpoint endpoint;
  private final Duration patience;
  private final Runnable due;
  private final Consumer<MooringException> late;
  private EventLoop.@Nullable Timer timer;
  private EventLoop.@Nullable Timer deadline;

  /** Who hears how the one that runs ends; empty if none does. */
  private List<Consumer<@Nullable MooringException>> waiting = new ArrayList<>(1);

  /**
   * {@code due} is run at each interval; {@code late} hears of one that {@code endpoint} did not
   * answer within {@code patience}.
   */
  ReauthenticationSchedule(
      EventLoop loop,
      Endpoint endpoint,
      Duration patience,
      Runnable due,
      Consumer<MooringException> late) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.patience = patience;
    this.due = due;
    this.late = late;
  }

  /**
   * The connection was authenticated just now: who waited hears it, and the next one is due after
   * {@code interval}, or never if that is null.
   */
  void authenticated(@Nullable Duration interval) {
    cancel(timer);
    timer = interval == null ? null : loop.schedule(loop.nowNanos() + interval.toNanos(), due);
    settle(null);
  }

  /** True if one begins now; false if {@code done} joined one that is running. */
  boolean begin(Consumer<@Nullable MooringException> done) {
    waiting.add(done);
    if (waiting.size() > 1) {
      return false;
    }
    deadline = loop.schedule(loop.nowNanos() + patience.toNanos(), () -> late.accept(tooLate()));
    return true;
  }

  /** True between {@link #begin} and the answer to it. */
  boolean isRunning() {
    return !waiting.isEmpty();
  }

  /** The connection is over. */
  void end(MooringException cause) {
    cancel(timer);
    settle(cause);
  }

  private void settle(@Nullable MooringException failure) {
    cancel(deadline);
    deadline = null;
    List<Consumer<@Nullable MooringException>> heard = waiting;
    waiting = new ArrayList<>(1);
    heard.forEach(done -> done.accept(failure));
  }

  private TimeoutException tooLate() {
    return new TimeoutException(
        ErrorCode.REAUTHENTICATION_TIMED_OUT,
        "No answer to re-authentication from "
            + endpoint
            + " within "
            + patience.toMillis()
            + " ms; the connection was closed. Check the broker, or raise connectTimeout.",
        null);
  }

  private static void cancel(EventLoop.@Nullable Timer pending) {
    if (pending != null) {
      pending.cancel();
    }
  }
}
