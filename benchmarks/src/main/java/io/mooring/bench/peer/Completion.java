package io.mooring.bench.peer;

import org.jspecify.annotations.Nullable;

/** What became of one PUBLISH. Called on any thread. */
@FunctionalInterface
public interface Completion {
  /**
   * The message was acknowledged (at QoS 0: written), or not.
   *
   * @param failure null if it was
   */
  void done(@Nullable Throwable failure);
}
