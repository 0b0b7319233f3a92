package io.mooring.examples.esp32bridge.link;

import io.mooring.examples.esp32bridge.link.DeviceKey.SessionKeys;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One session with a device, from its WELCOME on. A pure machine: frames and time in and out. */
final class Session {
  private static final byte[] EMPTY = {};
  private static final int PING_BYTES = 4 + LinkCounters.BYTES;
  private static final int RESULT_BYTES = 5;
  private static final long LAST_COUNTER = 0xFFFF_0000L;
  private static final long ACK_DELAY = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long NAK_APART = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PONG_APART = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long CREDIT_PING = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long IDLE = TimeUnit.SECONDS.toNanos(1);
  private static final int KEEP_ALIVES_LOST = 3;

  private final long number;
  private final Hello hello;
  private final SessionKeys keys;
  private final LineSettings settings;
  private final Tally tally;
  private final Consumer<LineEvent> events;
  private final SendWindow sending;
  private final ReceiveWindow receiving;
  private final Outgoing outgoing = new Outgoing();
  private final long keepAlive;

  private long counterIn;
  private long counterOut;
  private long lastSent;
  private long lastVerified;
  private boolean ackNow;
  private boolean ackLater;
  private long ackAt;
  private int takenUntold;
  private boolean nakDue;
  private int lastNakAck = -1;
  private long lastNakAt;
  private boolean pongDue;
  private int pongToken;
  private boolean pongSent;
  private long pongAt;
  private int pingToken;
  private long pingAt;
  private boolean pingOpen;
  private long roundTrip = -1;
  private LinkCounters remote = LinkCounters.NONE;
  private @Nullable Farewell over;

  Session(
      long number,
      Hello hello,
      int credit,
      SessionKeys keys,
      LineSettings settings,
      Tally tally,
      Consumer<LineEvent> events,
      long now) {
    this.number = number;
    this.hello = hello;
    this.keys = keys;
    this.settings = settings;
    this.tally = tally;
    this.events = events;
    this.sending = new SendWindow(settings.window(), settings.baud(), 1 + credit);
    this.receiving = new ReceiveWindow(settings.window());
    this.keepAlive = settings.keepAlive().toNanos();
    this.lastSent = now;
    this.pingAt = now;
    this.lastVerified = now;
  }

  long number() {
    return number;
  }

  Hello hello() {
    return hello;
  }

  Outgoing outgoing() {
    return outgoing;
  }

  /** Why it is over, or null while it is not. */
  @Nullable Farewell over() {
    return over;
  }

  /** Nanoseconds of the last answered PING; -1 before the first. */
  long roundTrip() {
    return roundTrip;
  }

  LinkCounters remote() {
    return remote;
  }

  boolean verifies(Frame frame) {
    return keys.up().verifies(frame);
  }

  /** QoS 0 messages that end with this session. */
  long lostQos0() {
    return outgoing.unsentQos0()
        + sending.outstanding().stream().filter(sent -> sent.number() == 0).count();
  }

  // ---- in

  /** A frame that verified under this session's key. */
  void arrived(Frame frame, FrameType type, long now) {
    if (frame.counter() <= counterIn) {
      tally.replays++;
      return;
    }
    counterIn = frame.counter();
    tally.framesReceived++;
    lastVerified = now;
    if (frame.credit() > Frame.MOST_CREDIT || (!type.sequenced() && frame.seq() != 0)) {
      over = Farewell.VIOLATION;
      return;
    }
    sending.acknowledged(frame.ack(), frame.credit(), now);
    boolean kept =
        switch (type) {
          case ACK -> frame.payload().length == 0;
          case NAK -> refused(frame, now);
          case PING -> ping(frame.payload());
          case PONG -> pong(frame.payload(), now);
          case BYE -> bye(frame.payload());
          case PUBLISH, RESULT -> sequenced(frame, type, now);
          default -> false;
        };
    if (!kept) {
      over = Farewell.VIOLATION;
    }
  }

  /** Something on the line was no frame. */
  void damaged(long now) {
    nak(now);
  }

  /** A message has been dealt with: its room is free. */
  void processed(long now) {
    receiving.processed();
    if (receiving.worthTelling()) {
      ackNow = true;
    } else {
      ackSoon(now);
    }
  }

  /** Looks at the clock. */
  void tick(long now) {
    if (over != null) {
      return;
    }
    if (now - lastVerified >= KEEP_ALIVES_LOST * keepAlive) {
      over = Farewell.SILENCE;
    } else if (!sending.tick(now)) {
      over = Farewell.NO_PROGRESS;
    } else if (counterOut >= LAST_COUNTER) {
      over = Farewell.COUNTER;
    }
  }

  private boolean refused(Frame frame, long now) {
    sending.refused(frame.ack(), now);
    return frame.payload().length == 0;
  }

  private boolean ping(byte[] payload) {
    if (payload.length != PING_BYTES) {
      return false;
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    pongToken = in.getInt();
    remote = LinkCounters.read(in);
    pongDue = true;
    return true;
  }

  private boolean pong(byte[] payload, long now) {
    if (payload.length != PING_BYTES) {
      return false;
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    if (in.getInt() == pingToken && pingOpen) {
      pingOpen = false;
      roundTrip = now - pingAt;
    }
    remote = LinkCounters.read(in);
    return true;
  }

  private boolean bye(byte[] payload) {
    over = payload.length == 1 ? Farewell.of(payload[0] & 0xFF) : Farewell.VIOLATION;
    return true;
  }

  private boolean sequenced(Frame frame, FrameType type, long now) {
    LineMessage message = type == FrameType.PUBLISH ? LineMessage.read(frame.payload()) : null;
    boolean readable =
        type == FrameType.PUBLISH ? message != null : frame.payload().length == RESULT_BYTES;
    if (!readable) {
      return false;
    }
    switch (receiving.arrived(frame.seq(), message != null)) {
      case TAKEN -> {
        taken(frame, message, now);
      }
      case DUPLICATE -> {
        tally.duplicates++;
        ackNow = true;
      }
      case GAP -> {
        tally.gaps++;
        nak(now);
      }
      case FLOOD -> over = Farewell.FLOOD;
    }
    return true;
  }

  private void taken(Frame frame, @Nullable LineMessage message, long now) {
    takenUntold++;
    if (takenUntold >= Math.max(1, settings.window() / 2)) {
      ackNow = true;
    } else {
      ackSoon(now);
    }
    if (message != null) {
      events.accept(new LineEvent.Published(hello.id(), number, message));
    } else {
      ByteBuffer in = ByteBuffer.wrap(frame.payload());
      long settled = in.getInt() & 0xFFFF_FFFFL;
      events.accept(new LineEvent.Settled(hello.id(), number, settled, Result.of(in.get() & 0xFF)));
    }
  }

  private void ackSoon(long now) {
    if (!ackLater) {
      ackLater = true;
      ackAt = now + ACK_DELAY;
    }
  }

  private void nak(long now) {
    int ack = receiving.expected();
    if (ack != lastNakAck || now - lastNakAt >= NAK_APART) {
      lastNakAck = ack;
      lastNakAt = now;
      nakDue = true;
    }
  }

  // ---- out

  /** The bytes of the next frame, or null if there is nothing to send now. */
  byte @Nullable [] next(long now) {
    if (nakDue) {
      nakDue = false;
      return frame(FrameType.NAK, 0, EMPTY, false, now);
    }
    if (pongDue && (!pongSent || now - pongAt >= PONG_APART)) {
      pongDue = false;
      pongSent = true;
      pongAt = now;
      return frame(FrameType.PONG, 0, counters(pongToken), false, now);
    }
    SendWindow.Sent again = sending.again(now);
    if (again != null) {
      tally.retransmitted++;
      return frame(again.type(), again.seq(), again.payload(), true, now);
    }
    if (!outgoing.isEmpty(now) && sending.hasRoom()) {
      Outgoing.Item item = outgoing.next(now);
      SendWindow.Sent sent = sending.add(item.type(), item.payload(), item.number(), now);
      return frame(sent.type(), sent.seq(), sent.payload(), false, now);
    }
    if (untilPing(now) <= 0) {
      pingToken++;
      pingAt = now;
      pingOpen = true;
      return frame(FrameType.PING, 0, counters(pingToken), false, now);
    }
    if (ackNow || (ackLater && now >= ackAt)) {
      return frame(FrameType.ACK, 0, EMPTY, false, now);
    }
    return null;
  }

  /** The BYE that ends this session. */
  byte[] farewell(Farewell why, long now) {
    return frame(FrameType.BYE, 0, new byte[] {(byte) why.code()}, false, now);
  }

  /** Nanoseconds until {@link #tick} or {@link #next} may have something to do. */
  long untilDue(long now) {
    long due = Math.min(untilPing(now), lastVerified + KEEP_ALIVES_LOST * keepAlive - now);
    due = Math.min(due, sending.untilDue(now));
    if (sending.hasRoom()) {
      due = Math.min(due, outgoing.isEmpty(now) ? outgoing.untilDue(now) : 0);
    }
    if (ackLater) {
      due = Math.min(due, ackAt - now);
    }
    if (pongDue) {
      due = Math.min(due, pongSent ? pongAt + PONG_APART - now : 0);
    }
    return ackNow || nakDue ? 0 : Math.max(0, due);
  }

  private long untilPing(long now) {
    long due = lastSent + keepAlive - now;
    if (!outgoing.isEmpty(now) && sending.heldByCredit()) {
      due = Math.min(due, Math.max(pingAt, lastSent) + CREDIT_PING - now);
    }
    return due;
  }

  private byte[] counters(int token) {
    ByteBuffer out = ByteBuffer.allocate(PING_BYTES).putInt(token);
    tally.counters().write(out);
    return out.array();
  }

  private byte[] frame(FrameType type, int seq, byte[] payload, boolean again, long now) {
    counterOut++;
    tally.framesSent++;
    byte[] content =
        Frame.content(type, receiving.credit(), counterOut, seq, receiving.expected(), payload);
    byte[] line = Frame.line(content, keys.down().tag(content));
    boolean fresh = again || now - lastSent >= IDLE;
    receiving.told();
    takenUntold = 0;
    ackNow = false;
    ackLater = false;
    lastSent = now;
    return fresh ? Lines.afterDelimiter(line) : line;
  }
}
