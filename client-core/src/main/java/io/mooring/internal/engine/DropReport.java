package io.mooring.internal.engine;

import io.mooring.internal.net.EventLoop;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Says that messages were dropped: at the first one, then every 10 s while there are more, so that
 * each is said once and a flood does not flood the log as well. Confined to the event loop.
 */
final class DropReport {
  private final EventLoop loop;
  private final LongConsumer say;
  private long unsaid;
  private EventLoop.@Nullable Timer quiet;

  /** {@code say} is given how many were dropped since it was last called. */
  DropReport(EventLoop loop, LongConsumer say) {
    this.loop = loop;
    this.say = say;
  }

  void dropped(int count) {
    unsaid += count;
    if (quiet == null) {
      sayNow();
    }
  }

  private void sayNow() {
    quiet = null;
    if (unsaid > 0) {
      long count = unsaid;
      unsaid = 0;
      quiet = loop.schedule(loop.nowNanos() + LogSpacing.NANOS, this::sayNow);
      say.accept(count);
    }
  }

  /** Nothing more comes: says what was not said. */
  void end() {
    EventLoop.Timer running = quiet;
    if (running != null) {
      running.cancel();
      quiet = null;
    }
    if (unsaid > 0) {
      long count = unsaid;
      unsaid = 0;
      say.accept(count);
    }
  }
}
