package io.mooring.internal.engine;

import io.mooring.error.MooringException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Link;
import io.mooring.internal.session.Session;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Drives a live session over its link: has it encode while the socket takes what it wrote, keeps
 * its timer, and reads while there is room for what comes. Confined to the event loop.
 */
final class SessionDriver {
  /** Bytes that a broker may leave unread before we stop reading what it goes on sending. */
  private static final int MAXIMUM_BACKLOG = 256 * 1024;

  private final EventLoop loop;
  private final Link link;
  private final Session session;
  private final Consumer<Consumer<Session>> input;
  private final Runnable trim;
  private final Pump pump;
  private final Moderation moderation = new Moderation();
  private EventLoop.@Nullable Timer timer;
  private boolean applicationPausesReading;
  private boolean over;

  /**
   * Of a session that has just begun.
   *
   * @param input runs one input of the session, then {@link #afterStep}
   * @param trim gives back what an idle connection does not need
   */
  SessionDriver(
      EventLoop loop,
      Link link,
      SendGate gate,
      Session session,
      Consumer<Consumer<Session>> input,
      Runnable trim) {
    this.loop = loop;
    this.link = link;
    this.session = session;
    this.input = input;
    this.trim = trim;
    this.pump = new Pump(this::encode, gate::isHolding, () -> later(same -> {}));
  }

  /** The session; what it is told after the end leaves no byte. */
  Session session() {
    return session;
  }

  /** An input in a turn of its own: a session takes one at a time. */
  void later(Consumer<Session> what) {
    loop.execute(() -> input.accept(what));
  }

  /** Sends what the last step wrote, and more while the socket takes it. */
  void afterStep() {
    pump.run(link);
    scheduleTick();
    int inFlight = session.inFlight();
    long hold = moderation.after(session.answers(), inFlight);
    if (hold > 0) {
      loop.unhurried(hold);
    }
    if (inFlight > 0) {
      loop.turnstile().besideTraffic();
    }
    if (!over) {
      updateReading();
    }
  }

  private void encode() {
    if (!over) {
      session.pump(loop.nowNanos());
    }
  }

  private void updateReading() {
    boolean full = applicationPausesReading && !session.mustRead();
    link.pauseReading(full || link.backlog() > MAXIMUM_BACKLOG);
  }

  /**
   * Stops reading while the application does not keep up: the broker then waits. May be called from
   * within a session's input.
   */
  void pauseReading(boolean paused) {
    if (applicationPausesReading != paused) {
      applicationPausesReading = paused;
      later(live -> live.readingPaused(paused, loop.nowNanos()));
    }
  }

  private void scheduleTick() {
    EventLoop.Timer previous = timer;
    long due = session.nextDeadlineNanos();
    if (previous != null) {
      if (previous.deadlineNanos() <= due) {
        return; // it fires early, finds nothing due and schedules itself anew
      }
      previous.cancel();
    }
    timer = due == Long.MAX_VALUE ? null : loop.schedule(due, this::tick);
  }

  private void tick() {
    timer = null;
    input.accept(live -> live.tick(loop.nowNanos()));
    trim.run();
  }

  /** The connection is over. */
  void end(MooringException cause) {
    over = true;
    if (timer != null) {
      timer.cancel();
    }
    session.ended(cause, loop.nowNanos());
  }
}
