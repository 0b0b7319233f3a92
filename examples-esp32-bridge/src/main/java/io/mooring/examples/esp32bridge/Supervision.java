package io.mooring.examples.esp32bridge;

import io.mooring.examples.common.ServiceManager;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What systemd is told while the bridge runs: ready, how it stands, that it lives, its end. */
final class Supervision {
  private static final Duration LOOK = Duration.ofSeconds(1);
  // A watchdog that is fed three times as often as it asks for survives a late moment.
  private static final int PULSES = 3;

  private final ServiceManager manager;
  private final Running bridge;
  private final @Nullable Duration period;
  private String told = "";
  private long fed = System.nanoTime();

  Supervision(ServiceManager manager, Running bridge) {
    this.manager = manager;
    this.bridge = bridge;
    this.period = manager.watchdog().map(most -> most.dividedBy(PULSES)).orElse(null);
  }

  /** Returns why the bridge is to end. */
  String untilEnd(BlockingQueue<String> ends) throws InterruptedException {
    // Not once connected: a gateway boots without its network, and must not be ended for that.
    told = bridge.standing();
    notify(() -> manager.ready(told));
    long look = period == null ? LOOK.toNanos() : Math.min(LOOK.toNanos(), period.toNanos());
    while (true) {
      String end = ends.poll(look, TimeUnit.NANOSECONDS);
      if (end != null) {
        notify(() -> manager.stopping(end));
        return end;
      }
      String standing = bridge.standing();
      if (!standing.equals(told)) {
        told = standing;
        notify(() -> manager.status(standing));
      }
      if (period != null && System.nanoTime() - fed >= period.toNanos()) {
        fed = System.nanoTime();
        feed();
      }
    }
  }

  /** Says that it lives only if it does; systemd ends and starts again what stops saying so. */
  private void feed() {
    String ailment = bridge.ailment();
    if (ailment == null) {
      notify(manager::alive);
    } else {
      System.out.println("The watchdog is not fed: " + ailment);
    }
  }

  /** What is told to the service manager; the watchdog deals with one that cannot be told. */
  private interface Notice {
    void send() throws IOException;
  }

  private static void notify(Notice notice) {
    try {
      notice.send();
    } catch (IOException e) {
      System.out.println("WARNING: " + e.getMessage());
    }
  }
}
