package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.internal.net.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * While the client is connected to any broker but the first: looks now and then whether a better
 * one answers. Confined to the event loop.
 */
final class FailBack {
  private final EventLoop loop;
  private final RetryPlan plan;
  private final Telemetry telemetry;
  private final Owner owner;

  private EventLoop.@Nullable Timer nextLook;
  private @Nullable Probe look;

  /** Whose connection it is. */
  interface Owner {
    /** What a look is made with, now. */
    EngineOptions options();

    /** A better broker has answered; nothing is looked for any more. */
    void betterFound();
  }

  /** Looks for nothing yet. */
  FailBack(EventLoop loop, RetryPlan plan, Telemetry telemetry, Owner owner) {
    this.loop = loop;
    this.plan = plan;
    this.telemetry = telemetry;
    this.owner = owner;
  }

  /**
   * The next look is an interval from now, if the application wants any and there is a better one.
   */
  void lookLater() {
    stop();
    Duration interval = owner.options().dialling().reconnect().failBackEvery();
    if (interval != null && plan.better() != null) {
      nextLook = loop.schedule(loop.nowNanos() + plan.about(interval.toNanos()), this::lookNow);
    }
  }

  private void lookNow() {
    nextLook = null;
    Endpoint better = plan.better();
    if (better != null) {
      Probe probe = new Probe(telemetry.nextAttempt(), loop, owner.options(), better, this::looked);
      look = probe;
      probe.begin();
    }
  }

  private void looked(boolean reached) {
    look = null;
    if (reached) {
      owner.betterFound();
    } else {
      lookLater();
    }
  }

  /** The connection is over, or given up: nothing is looked for. */
  void stop() {
    EventLoop.Timer timer = nextLook;
    nextLook = null;
    if (timer != null) {
      timer.cancel();
    }
    Probe probe = look;
    look = null;
    if (probe != null) {
      probe.cancel();
    }
  }
}
