package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.error.MooringException;
import io.mooring.internal.outbox.OutboxLog;
import io.mooring.internal.outbox.RestoredSession;
import io.mooring.internal.outbox.StoredMessage;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.session.SessionState;
import io.mooring.internal.wire.Packet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts the session that an earlier run left in the log back into a {@link SessionState}. */
final class RestoredPublishes {
  /**
   * What is put back without an identifier, at most. A window of ours is far smaller; only damage
   * leaves more, and that is then sent later and not at its place.
   */
  private static final int MESSAGES = 10_000;

  private static final long BYTES = 4L * 1024 * 1024;

  private static final Message NO_MESSAGE =
      Message.to("lost").qos(Qos.EXACTLY_ONCE).payload(new byte[0]).build();

  private static final OutboundPublish.Completion UNCOUNTED =
      new OutboundPublish.Completion() {
        @Override
        public void delivered(
            OutboundPublish publish, ReasonCode reason, Packet.@Nullable Ack acknowledgement) {}

        @Override
        public void failed(OutboundPublish publish, MooringException cause) {}
      };

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
    session.restoreHeld();
    Map<Integer, Long> holders = new HashMap<>();
    for (RestoredSession.InFlight each : left.inFlight()) {
      holders.merge(each.packetId(), each.id(), Math::max);
    }
    for (RestoredSession.InFlight each : left.inFlight()) {
      if (each.packetId() == 0) {
        putUnidentified(each.id(), session);
      } else if (Objects.equals(holders.get(each.packetId()), each.id())) {
        put(each, session);
      } else {
        passOver(each);
      }
    }
    session.identifyRestored();
    left.inboundPacketIds().forEach(session::restoreInbound);
    log.takeLost(); // nobody has counted them as kept yet
  }

  /** QoS 1. */
  private void putUnidentified(long id, SessionState session) {
    StoredMessage stored = isEnough() ? null : read(id);
    if (stored != null) {
      messages++;
      bytes += stored.message().payloadLength();
      session.restoreInFlight(publish(stored));
    }
  }

  /** QoS 2. */
  private void put(RestoredSession.InFlight each, SessionState session) {
    StoredMessage stored = read(each.id());
    if (stored == null) {
      session.restoreInFlight(release(each.id()), each.packetId(), true);
    } else {
      session.restoreInFlight(publish(stored), each.packetId(), each.received());
    }
  }

  /**
   * A later message has its identifier, so the note that it was over is lost to damage. After
   * PUBREC it was delivered; otherwise it may be the end of a session that the note told of, and it
   * waits again.
   */
  private void passOver(RestoredSession.InFlight each) {
    if (each.received()) {
      log.completed(each.id());
    } else {
      log.unassigned(each.id());
    }
  }

  private OutboundPublish publish(StoredMessage stored) {
    OutboundPublish publish =
        new OutboundPublish(
            stored.message(),
            clock.acceptedAtNanos(stored.id(), stored.acceptedAtMillis()),
            completion,
            stored.id());
    queue.restored(publish);
    return publish;
  }

  /**
   * The message is lost, its identifier is not: the broker may hold it, and would take the next QoS
   * 2 message under it for a repetition. Only PUBREL and PUBCOMP are left, of no message.
   */
  private static OutboundPublish release(long id) {
    return new OutboundPublish(NO_MESSAGE, 0, UNCOUNTED, id);
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
