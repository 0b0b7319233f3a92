package io.mooring.internal.engine;

import java.util.HashSet;
import java.util.Set;

/**
 * Whether the client reads from the broker: not while anything that must not be lost is full.
 * Confined to the event loop.
 */
final class ReadingGate {
  private final Set<Bar> down = new HashSet<>();

  /** Something that can stop the reading. */
  interface Bar {
    /** Whether it does now. Any thread. */
    boolean isDown();
  }

  /** Looks at {@code bar} again; true if the client has to stop or resume reading. */
  boolean changes(Bar bar) {
    boolean before = isClosed();
    if (bar.isDown()) {
      down.add(bar);
    } else {
      down.remove(bar);
    }
    return before != isClosed();
  }

  boolean isClosed() {
    return !down.isEmpty();
  }
}
