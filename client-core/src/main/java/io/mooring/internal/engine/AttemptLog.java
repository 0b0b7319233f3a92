package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.error.MooringException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.telemetry.Log;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@link Log#CONNECTION}: written beside the loop, since where they go may block. A
 * first connection that succeeds is said a little later, so that the platform's logging is not
 * loaded while the device's first messages leave. Confined to the event loop.
 */
final class AttemptLog {
  private static final long LATER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final EventLoop loop;
  private EventLoop.@Nullable Timer unsaid;
  private boolean awake;

  AttemptLog(EventLoop loop) {
    this.loop = loop;
  }

  void connected(AttemptTrack track, Endpoint broker) {
    if (awake) {
      say(track, Level.INFO, "Connected to " + broker + " in " + track.times() + ".");
      return;
    }
    unsaid =
        loop.schedule(
            loop.nowNanos() + LATER_NANOS,
            () -> {
              unsaid = null;
              loop.records()
                  .execute(
                      () ->
                          Log.CONNECTION.of(
                              track.id(),
                              Level.DEBUG,
                              "Connected to " + broker + " 2 s ago, in " + track.times() + "."));
            });
  }

  void failed(AttemptTrack track, MooringException cause) {
    say(
        track,
        Level.INFO,
        "The attempt failed in phase "
            + track.during()
            + " after "
            + track.times()
            + ": "
            + cause.getMessage());
  }

  void ended(AttemptTrack track, Duration lasted, @Nullable MooringException cause) {
    EventLoop.Timer pending = unsaid;
    unsaid = null;
    if (pending != null) {
      pending.cancel();
    }
    if (cause != null) {
      say(
          track,
          Level.INFO,
          "The connection is lost after " + lasted.toSeconds() + " s: " + cause.getMessage());
    } else if (awake) {
      say(track, Level.DEBUG, "The connection was ended by this client.");
    }
  }

  void retrying(String attempt, Duration delay, Endpoint broker, int failures) {
    say(
        attempt,
        Level.INFO,
        "Next attempt in " + delay.toMillis() + " ms at " + broker + "; failures: " + failures);
  }

  void gaveUp(String attempt, MooringException cause) {
    say(attempt, Level.WARNING, "No further attempt: " + cause.getMessage());
  }

  private void say(AttemptTrack track, Level level, String text) {
    say(track.id(), level, text);
  }

  private void say(String attempt, Level level, String text) {
    awake = true;
    loop.records().execute(() -> Log.CONNECTION.of(attempt, level, text));
  }
}
