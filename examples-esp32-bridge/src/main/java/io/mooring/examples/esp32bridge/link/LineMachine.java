package io.mooring.examples.esp32bridge.link;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bridge's end of one serial line: bytes and time in, bytes and events out; no thread, no port,
 * no lock. Memory is bounded by the largest payload and the window.
 */
public final class LineMachine {
  private static final long INVITE_APART = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_URGENT = 8;

  private final LineSettings settings;
  private final Tally tally = new Tally();
  private final FrameSplitter splitter;
  private final Handshake handshake;
  private final List<LineEvent> events = new ArrayList<>();
  private final Deque<byte[]> urgent = new ArrayDeque<>();
  private @Nullable Session live;
  private boolean opened;
  private boolean invited;
  private long invitedAt;
  private boolean paused;
  private long pausedUntil;

  /** A line that is not open yet. */
  public LineMachine(LineSettings settings, DeviceDirectory directory, SecureRandom random) {
    this.settings = settings;
    this.splitter = new FrameSplitter(settings.largestPayload());
    this.handshake = new Handshake(settings, directory, random, tally, events::add);
  }

  /** The port is open. */
  public void opened(long now) {
    opened = true;
    invite(now);
  }

  /** Bytes came. */
  public void received(byte[] bytes, int count, long now) {
    tick(now);
    if (!paused) {
      splitter.feed(bytes, count, frame -> frame(frame, now), () -> damaged(now));
    }
  }

  /** Time went by. */
  public void tick(long now) {
    if (paused && now - pausedUntil >= 0) {
      paused = false;
    }
    Session session = live;
    if (session != null) {
      session.tick(now);
      endIfOver(now);
    }
    handshake.tick(now);
  }

  /** The bytes to write next, or null if there are none now. */
  public byte @Nullable [] next(long now) {
    byte[] first = urgent.poll();
    if (first != null) {
      return first;
    }
    Session session = live;
    return session == null ? null : session.next(now);
  }

  /** Nanoseconds until {@link #tick} or {@link #next} may have something to do. */
  public long untilDue(long now) {
    if (!urgent.isEmpty()) {
      return 0;
    }
    Session session = live;
    return session == null ? handshake.untilDue(now) : session.untilDue(now);
  }

  /** What happened since the last call. */
  public List<LineEvent> events() {
    List<LineEvent> all = List.copyOf(events);
    events.clear();
    return all;
  }

  /** Room for one message of this session is free again. */
  public void processed(long session, long now) {
    Session current = current(session);
    if (current != null) {
      current.processed(now);
    }
  }

  /** Says what became of a message of the device. */
  public void result(long session, long number, Result result) {
    Session current = current(session);
    if (current != null) {
      current.outgoing().result(number, result);
    }
  }

  /**
   * Sends a message to the device; the caller bounds those at QoS 1.
   *
   * @return false if it was not taken: the session is over, or too many wait at QoS 0
   */
  public boolean send(long session, LineMessage message) {
    Session current = current(session);
    boolean taken = current != null && current.outgoing().message(message);
    if (!taken && message.qos() == 0) {
      tally.droppedQos0++;
    }
    return taken;
  }

  /** Tells the device how the cloud leg stands; the newest counts. */
  public void status(long session, byte[] status) {
    Session current = current(session);
    if (current != null) {
      current.outgoing().status(status);
    }
  }

  /** Ends the session, if it is this one, with BYE. */
  public void end(long session, Farewell why, long now) {
    if (current(session) != null) {
      over(why, now);
    }
  }

  /** The port is gone, or the bridge ends. */
  public void closed(Farewell why, long now) {
    if (live != null) {
      over(why, now);
    }
    opened = false;
  }

  /** How the line does, for the report. */
  public LinkReport report() {
    Session session = live;
    return new LinkReport(
        tally.counters(),
        session == null ? LinkCounters.NONE : session.remote(),
        session == null ? -1 : session.roundTrip(),
        tally.unexpected);
  }

  private void frame(Frame frame, long now) {
    if (paused) {
      return;
    }
    FrameType type = FrameType.ofUp(frame.type());
    if (type == FrameType.HELLO) {
      hello(frame, now);
      return;
    }
    Session session = live;
    if (session == null) {
      inviteAgain(now);
    }
    if (type == null) {
      tally.unexpected++;
    } else if (session != null && session.verifies(frame)) {
      session.arrived(frame, type, now);
      endIfOver(now);
    } else if (handshake.proves(frame)) {
      renew(frame, type, now);
    } else if (session == null && !handshake.isPending()) {
      tally.unexpected++;
    } else {
      tally.badTags++;
    }
  }

  private void hello(Frame frame, long now) {
    Session session = live;
    byte[] answer = handshake.hello(frame, session == null ? null : session.hello(), now);
    if (answer != null && urgent.size() < MOST_URGENT) {
      urgent.add(Lines.afterDelimiter(answer));
    }
  }

  private void renew(Frame frame, FrameType type, long now) {
    if (live != null) {
      over(Farewell.RENEWED, now);
    }
    Session session = handshake.begin(now);
    live = session;
    Hello hello = session.hello();
    events.add(
        new LineEvent.Live(
            hello.id(),
            session.number(),
            hello.stream(),
            hello.firmware(),
            hello.largestPayload()));
    session.arrived(frame, type, now);
    endIfOver(now);
  }

  private void damaged(long now) {
    tally.crcErrors++;
    Session session = live;
    if (session != null) {
      session.damaged(now);
    }
  }

  private void endIfOver(long now) {
    Session session = live;
    Farewell why = session == null ? null : session.over();
    if (why != null) {
      over(why, now);
    }
  }

  private void over(Farewell why, long now) {
    Session session = live;
    if (session == null) {
      return;
    }
    live = null;
    tally.droppedQos0 += session.lostQos0();
    boolean own = session.over() == null || why == Farewell.FLOOD || why == Farewell.VIOLATION;
    if (own && why.code() != 0) {
      urgent.add(session.farewell(why, now));
    }
    if (why == Farewell.FLOOD && !settings.floodPause().isZero()) {
      paused = true;
      pausedUntil = now + settings.floodPause().toNanos();
    }
    events.add(new LineEvent.Ended(session.hello().id(), session.number(), why));
  }

  private void inviteAgain(long now) {
    if (!invited || now - invitedAt >= INVITE_APART) {
      invite(now);
    }
  }

  private void invite(long now) {
    if (opened && urgent.size() < MOST_URGENT) {
      invited = true;
      invitedAt = now;
      urgent.add(Lines.afterDelimiter(Handshake.invite()));
    }
  }

  private @Nullable Session current(long number) {
    Session session = live;
    return session != null && session.number() == number ? session : null;
  }
}
