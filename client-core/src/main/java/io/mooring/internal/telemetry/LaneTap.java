package io.mooring.internal.telemetry;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands the plaintext to what looks at it, off the event loop. At most 16 MiB wait; a reader that
 * is slower than that sees no more of this connection, since a stream with a gap cannot be read.
 * Copies are wiped: a CONNECT holds a password.
 */
final class LaneTap implements StreamTap {
  private static final int MOST_WAITING = 16 * 1024 * 1024;

  private final String attempt;
  private final Executor lane;
  private final StreamTap reader;
  private final AtomicInteger waiting = new AtomicInteger();
  private boolean cut;

  LaneTap(String attempt, Executor lane, StreamTap reader) {
    this.attempt = attempt;
    this.lane = lane;
    this.reader = reader;
  }

  @Override
  public void sent(byte[] bytes, int offset, int length) {
    hand(bytes, offset, length, true);
  }

  @Override
  public void received(byte[] bytes, int offset, int length) {
    hand(bytes, offset, length, false);
  }

  @Override
  public void ended() {
    lane.execute(reader::ended);
  }

  private void hand(byte[] bytes, int offset, int length, boolean sent) {
    if (cut) {
      return;
    }
    if (waiting.addAndGet(length) > MOST_WAITING) {
      cut = true;
      Log.TELEMETRY.of(
          attempt,
          Level.WARNING,
          "What traces this connection is too slow, and sees no more of it.");
      return;
    }
    byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
    lane.execute(
        () -> {
          if (sent) {
            reader.sent(copy, 0, copy.length);
          } else {
            reader.received(copy, 0, copy.length);
          }
          Arrays.fill(copy, (byte) 0);
          waiting.addAndGet(-length);
        });
  }
}
