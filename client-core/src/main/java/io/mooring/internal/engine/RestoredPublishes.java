package io.mooring.internal.engine;

import io.mooring.Qos;
import io.mooring.internal.outbox.OutboxLog;
import io.mooring.internal.outbox.RestoredSession;
import io.mooring.internal.outbox.StoredMessage;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.session.SessionState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the session that an earlier run left in the log back into a {@link SessionState}. */
final class RestoredPublishes {
  /**
   * What is put back without an identifier, at most. A window of ours is far smaller; only damage
   * leaves more, and that is then sent later and not at its place.
   */
  private static final int MESSAGES = 10_000;

  private static final long BYTES = 4L * 1024 * 1024;

  private final OutboxLog log;
  private final AcceptanceClock clock;
  private final OutboundPublish.Completion completion;
  private final OutboxQueue queue;
  private int messages;
  private long bytes;

  RestoredPublishes(
      OutboxLog log,
      AcceptanceClock clock,
      OutboundPublish.Completion completion,
      OutboxQueue queue) {
    this.log = log;
    this.clock = clock;
    this.completion = completion;
    this.queue = queue;
  }

  /** Once, before the session is used. */
  void into(SessionState session) {
    RestoredSession left = log.session();
    if (!left.held()) {
      return;
    }
    session.hold();
    for (RestoredSession.InFlight each : left.inFlight()) {
      put(each, session);
    }
    session.identifyRestored();
    left.inboundPacketIds().forEach(session::restoreInbound);
  }

  private void put(RestoredSession.InFlight each, SessionState session) {
    StoredMessage stored = each.packetId() == 0 && isEnough() ? null : read(each.id());
    if (stored == null) {
      return;
    }
    OutboundPublish publish =
        new OutboundPublish(
            stored.message(),
            clock.acceptedAtNanos(stored.id(), stored.acceptedAtMillis()),
            completion,
            stored.id());
    queue.restored(publish);
    if (stored.message().qos() == Qos.EXACTLY_ONCE) {
      session.restoreInFlight(publish, each.packetId(), each.received());
    } else {
      messages++;
      bytes += stored.message().payloadLength();
      session.restoreInFlight(publish);
    }
  }

  private boolean isEnough() {
    return messages >= MESSAGES || bytes >= BYTES;
  }

  /** Null if it was found to be unreadable now, as after a bit that flipped since. */
  private @Nullable StoredMessage read(long id) {
    List<StoredMessage> found = log.read(id - 1, 1, 1);
    return found.isEmpty() || found.get(0).id() != id ? null : found.get(0);
  }
}
