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
  private final Queue<Due> due = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** {@code from} brought the message. */
  private record Due(Connection from, Acknowledgement acknowledgement) {}

  AcknowledgementOutbox(EventLoop loop, Connector connector) {
    this.loop = loop;
    this.connector = connector;
  }

  /** Any thread, also from within a session's input. */
  void add(Connection from, Acknowledgement acknowledgement) {
    due.add(new Due(from, acknowledgement));
    if (scheduled.compareAndSet(false, true)) {
      loop.execute(this::flush);
    }
  }

  private void flush() {
    scheduled.set(false);
    Connection live = connector.live();
    List<Acknowledgement> batch = new ArrayList<>();
    for (Due next = due.poll(); next != null; next = due.poll()) {
      if (live == null) {
        next.from().acknowledge(List.of(next.acknowledgement()));
      } else {
        batch.add(next.acknowledgement());
      }
    }
    if (live != null) {
      live.acknowledge(batch);
    }
  }
}
