package io.mooring.examples.esp32bridge.link;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Go-back-N, the sender: what was sent and is not acknowledged, and when it goes again. */
final class SendWindow {
  /** A sequenced frame on its way. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Sent(int seq, FrameType type, byte[] payload, long number) {}

  private static final int MASK = Frame.SEQ_MASK;
  private static final int HALF = 0x8000;
  private static final int MOST_STRIKES = 10;
  private static final int BITS_PER_BYTE = 10; // start and stop bit included
  private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(2);
  private static final long SAME_NAK = TimeUnit.MILLISECONDS.toNanos(100);

  private final int window;
  private final int baud;
  private final List<Sent> outstanding = new ArrayList<>();
  private int base = 1;
  private int nextSeq = 1;
  private int edge;
  private int cursor;
  private int strikes;
  private long timerFrom;
  private int lastNakAck = -1;
  private long lastNakAt;

  SendWindow(int window, int baud, int firstEdge) {
    this.window = window;
    this.baud = baud;
    this.edge = firstEdge & MASK;
  }

  boolean isEmpty() {
    return outstanding.isEmpty();
  }

  /** Whether another frame may be sent for the first time. */
  boolean hasRoom() {
    int ahead = (edge - nextSeq) & MASK;
    return outstanding.size() < window && cursor == outstanding.size() && ahead > 0 && ahead < HALF;
  }

  /** Whether only the receiver's credit holds a frame back. */
  boolean heldByCredit() {
    return outstanding.isEmpty() && !hasRoom();
  }

  /** A new frame, which goes out now. */
  Sent add(FrameType type, byte[] payload, long number, long now) {
    Sent sent = new Sent(nextSeq, type, payload, number);
    nextSeq = (nextSeq + 1) & MASK;
    outstanding.add(sent);
    cursor = outstanding.size();
    timerFrom = now;
    return sent;
  }

  /** The next frame to go again, or null. */
  @Nullable Sent again(long now) {
    if (cursor == outstanding.size()) {
      return null;
    }
    timerFrom = now;
    return outstanding.get(cursor++);
  }

  /** An ack with its credit; one that is none is not looked at. */
  void acknowledged(int ack, int credit, long now) {
    int count = (ack - base) & MASK;
    if (count > outstanding.size()) {
      return;
    }
    if (count > 0) {
      outstanding.subList(0, count).clear();
      base = ack;
      cursor = Math.max(0, cursor - count);
      strikes = 0;
      timerFrom = now;
    }
    int offered = (ack + credit) & MASK;
    if (((offered - edge) & MASK) < HALF) {
      edge = offered;
    }
  }

  /** NAK: all from its ack on go again. */
  void refused(int ack, long now) {
    if (ack != base || (ack == lastNakAck && now - lastNakAt < SAME_NAK)) {
      return;
    }
    lastNakAck = ack;
    lastNakAt = now;
    cursor = 0;
  }

  /** Looks at the clock; false if the session is lost. */
  boolean tick(long now) {
    if (outstanding.isEmpty() || now - timerFrom < timeout()) {
      return true;
    }
    strikes++;
    cursor = 0;
    timerFrom = now;
    return strikes < MOST_STRIKES;
  }

  /** Nanoseconds until {@link #tick} may have something to do. */
  long untilDue(long now) {
    return outstanding.isEmpty() ? Long.MAX_VALUE : Math.max(0, timerFrom + timeout() - now);
  }

  List<Sent> outstanding() {
    return outstanding;
  }

  private long timeout() {
    long bytes = 0;
    for (Sent sent : outstanding) {
      bytes += sent.payload().length + Frame.OVERHEAD;
    }
    long onTheLine = TimeUnit.SECONDS.toNanos(bytes * BITS_PER_BYTE) / baud;
    long first = FIRST + 2 * onTheLine;
    return Math.min(first << strikes, Math.max(first, LONGEST));
  }
}
