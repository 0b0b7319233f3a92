package io.mooring.internal.session;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A queue in memory, without bounds of its own. */
public final class MemoryPublishQueue implements PublishQueue {
  private final ArrayDeque<OutboundPublish> queue = new ArrayDeque<>(1);

  /** Appends a message. */
  public void add(OutboundPublish publish) {
    queue.addLast(publish);
  }

  @Override
  public @Nullable OutboundPublish peek() {
    return queue.peekFirst();
  }

  @Override
  public void remove() {
    queue.removeFirst();
  }

  @Override
  public int size() {
    return queue.size();
  }
}
