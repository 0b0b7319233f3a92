package io.mooring.internal.session;

import io.mooring.error.ConnectionLostException;

/**
 * Keep alive (MQTT 5, section 3.1.2.10). PINGREQ leaves when nothing was sent for one period, or
 * nothing was received for one; any byte answers it. Half a period later without one the connection
 * is lost, so a dead peer is found 1.5 periods after its last byte.
 */
final class KeepAlive {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final Link link;
  private final int seconds;
  private final long periodNanos;
  private long sentAt;
  private long receivedAt;
  private long pingedAt;
  private boolean answerDue;
  private boolean paused;

  KeepAlive(Link link, int seconds, long nowNanos) {
    this.link = link;
    this.seconds = seconds;
    this.periodNanos = seconds * NANOS_PER_SECOND;
    this.sentAt = nowNanos;
    this.receivedAt = nowNanos;
  }

  void sent(long nowNanos) {
    sentAt = nowNanos;
  }

  void received(long nowNanos) {
    receivedAt = nowNanos;
    answerDue = false;
  }

  void paused(boolean nowPaused, long nowNanos) {
    if (paused && !nowPaused) {
      receivedAt = nowNanos;
      pingedAt = nowNanos;
    }
    paused = nowPaused;
  }

  void tick(long nowNanos) {
    if (periodNanos == 0 || nowNanos - deadline() < 0) {
      return;
    }
    if (answerDue && !paused && nowNanos - pingedAt >= periodNanos / 2) {
      link.close();
      throw new ConnectionLostException(
          "Connection lost: the broker sent nothing for "
              + (nowNanos - receivedAt) / NANOS_PER_SECOND
              + " s, and PINGREQ was not answered within half the keep alive of "
              + seconds
              + " s. The link or the broker is gone; reconnect.",
          null);
    }
    link.writer().pingReq();
    sentAt = nowNanos;
    if (!answerDue) {
      answerDue = true;
      pingedAt = nowNanos;
    }
  }

  long deadline() {
    if (periodNanos == 0) {
      return Long.MAX_VALUE;
    }
    long due = sentAt + periodNanos;
    if (paused) {
      return due;
    }
    return min(due, answerDue ? pingedAt + periodNanos / 2 : receivedAt + periodNanos);
  }

  private static long min(long a, long b) {
    return a - b < 0 ? a : b;
  }
}
