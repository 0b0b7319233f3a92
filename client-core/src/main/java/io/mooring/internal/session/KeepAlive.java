package io.mooring.internal.session;

import io.mooring.error.ConnectionLostException;

/**
 * Keep alive (MQTT 5, section 3.1.2.10). PINGREQ leaves when nothing was sent for one period, or
 * nothing was received for one; any byte answers it. Half a period later without one the connection
 * is lost, so a dead peer is found 1.5 periods after its last byte. A probe asks out of turn.
 */
final class KeepAlive {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final Link link;
  private final int seconds;
  private final long periodNanos;
  private long sentAt;
  private long receivedAt;
  private boolean answerDue;
  private long patienceNanos;
  private long answerBy;
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
      answerBy = nowNanos + patienceNanos;
    }
    paused = nowPaused;
  }

  /** PINGREQ now, to be answered within {@code patience}. */
  void probe(long patience, long nowNanos) {
    if (!answerDue || nowNanos + patience - answerBy < 0) {
      ping(patience, nowNanos);
    }
  }

  void tick(long nowNanos) {
    if (answerDue && !paused && nowNanos - answerBy >= 0) {
      link.close();
      throw new ConnectionLostException(silence(nowNanos), null);
    }
    if (periodNanos > 0 && nowNanos - pingDue() >= 0) {
      if (answerDue) {
        link.writer().pingReq();
        sentAt = nowNanos;
      } else {
        ping(periodNanos / 2, nowNanos);
      }
    }
  }

  private void ping(long patience, long nowNanos) {
    link.writer().pingReq();
    sentAt = nowNanos;
    answerDue = true;
    patienceNanos = patience;
    answerBy = nowNanos + patience;
  }

  private long pingDue() {
    long unsent = sentAt + periodNanos;
    long unheard = receivedAt + periodNanos;
    return paused || answerDue || unsent - unheard < 0 ? unsent : unheard;
  }

  private String silence(long nowNanos) {
    String heard =
        "Connection lost: the broker sent nothing for "
            + (nowNanos - receivedAt) / NANOS_PER_SECOND
            + " s, and PINGREQ was not answered within ";
    return patienceNanos == periodNanos / 2
        ? heard
            + "half the keep alive of "
            + seconds
            + " s. The link or the broker is gone; reconnect."
        : heard
            + patienceNanos / NANOS_PER_SECOND
            + " s of retryNow(). The network has changed, or the broker is gone.";
  }

  long deadline() {
    boolean failing = answerDue && !paused;
    if (periodNanos == 0) {
      return failing ? answerBy : Long.MAX_VALUE;
    }
    long due = pingDue();
    return failing && answerBy - due < 0 ? answerBy : due;
  }
}
