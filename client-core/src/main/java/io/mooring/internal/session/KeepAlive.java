package io.mooring.internal.session;

import io.mooring.error.ConnectionLostException;
import io.mooring.error.ErrorCode;

/**
 * Keep alive (MQTT 5, section 3.1.2.10). PINGREQ leaves when nothing was sent for one period, or
 * nothing was received for one; any byte answers it. Half a period later without one the connection
 * is lost, so a dead peer is found 1.5 periods after its last byte. A probe asks out of turn.
 *
 * <p>While reading is paused the answer may lie unread behind other packets. Then the client is
 * told to look, for as long again: a broker that is dead is found after 2 periods. What it reads so
 * comes on top of what is full already, so it is bounded; once the bound is used up only TCP can
 * tell, by what it cannot deliver.
 */
final class KeepAlive {
  /** How much one pause may read for signs of life: bytes of packets. */
  private static final int MAXIMUM_READ = 256 * 1024;

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
  private boolean looking;
  private int read;

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
    looking = false;
  }

  void received(int bytes, long nowNanos) {
    read += paused ? bytes : 0;
    received(nowNanos);
  }

  /** True while a paused client has to read in spite of it, since only that can show life. */
  boolean looking() {
    return looking;
  }

  void paused(boolean nowPaused, long nowNanos) {
    if (paused && !nowPaused) {
      receivedAt = nowNanos;
      answerBy = nowNanos + patienceNanos;
      looking = false;
      read = 0;
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
    if (isAnswerJudged() && nowNanos - answerBy >= 0) {
      if (!paused || looking) {
        link.close();
        throw new ConnectionLostException(ErrorCode.KEEP_ALIVE_EXPIRED, silence(nowNanos), null);
      }
      looking = true;
      answerBy = nowNanos + patienceNanos;
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

  /** Not once a paused client has read all that it may: silence is then its own. */
  private boolean isAnswerJudged() {
    return answerDue && (!paused || looking || read < MAXIMUM_READ);
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
    return answerDue || unsent - unheard < 0 ? unsent : unheard;
  }

  private String silence(long nowNanos) {
    String heard =
        "Connection lost: the broker sent nothing for "
            + (nowNanos - receivedAt) / NANOS_PER_SECOND
            + " s, and PINGREQ was not answered within ";
    return patienceNanos == periodNanos / 2
        ? heard
            + (looking ? "" : "half ")
            + "the keep alive of "
            + seconds
            + " s. The link or the broker is gone; reconnect."
        : heard
            + patienceNanos / NANOS_PER_SECOND
            + " s of retryNow(). The network has changed, or the broker is gone.";
  }

  long deadline() {
    boolean failing = isAnswerJudged();
    if (periodNanos == 0) {
      return failing ? answerBy : Long.MAX_VALUE;
    }
    long due = pingDue();
    return failing && answerBy - due < 0 ? answerBy : due;
  }
}
