package io.mooring.internal.telemetry;

import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ClientEvents;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what only events tell. Thread-safe. */
final class EventTally implements ClientEvents {
  private final AtomicLong connected = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong resent = new AtomicLong();
  private final AtomicLong lastMillis = new AtomicLong();
  private volatile String lastFailure = "";

  @Override
  public void happened(ClientEvent event) {
    if (event instanceof ClientEvent.Connected made) {
      connected.incrementAndGet();
      lastMillis.set(made.times().total().toMillis());
    } else if (event instanceof ClientEvent.AttemptFailed attempt) {
      failed.incrementAndGet();
      lastFailure = String.valueOf(attempt.cause().getMessage());
    } else if (event instanceof ClientEvent.ConnectionEnded ended && ended.cause() != null) {
      lost.incrementAndGet();
      lastFailure = String.valueOf(ended.cause().getMessage());
    } else if (event instanceof ClientEvent.Resending again) {
      resent.addAndGet(again.messages());
    }
  }

  long connected() {
    return connected.get();
  }

  long failed() {
    return failed.get();
  }

  long lost() {
    return lost.get();
  }

  long resent() {
    return resent.get();
  }

  long lastMillis() {
    return lastMillis.get();
  }

  String lastFailure() {
    return lastFailure;
  }
}
