package io.mooring.internal.engine;

import io.mooring.internal.net.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Acknowledgements on their way to the session: one turn of the loop for all that came together.
 */
final class AcknowledgementOutbox {
  private final EventLoop loop;
  private final Connector connector;
  private final Queue<Acknowledgement> due = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  AcknowledgementOutbox(EventLoop loop, Connector connector) {
    this.loop = loop;
    this.connector = connector;
  }

  /** Any thread, also from within a session's input. */
  void add(Acknowledgement acknowledgement) {
    due.add(acknowledgement);
    if (scheduled.compareAndSet(false, true)) {
      loop.execute(this::flush);
    }
  }

  private void flush() {
    scheduled.set(false);
    List<Acknowledgement> batch = new ArrayList<>();
    for (Acknowledgement next = due.poll(); next != null; next = due.poll()) {
      batch.add(next);
    }
    Connection live = connector.live();
    if (live != null) {
      live.acknowledge(batch);
    } else {
      batch.forEach(each -> each.from().acknowledge(List.of(each)));
    }
  }
}
