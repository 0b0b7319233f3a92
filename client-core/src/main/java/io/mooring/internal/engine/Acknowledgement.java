package io.mooring.internal.engine;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.internal.session.InboundPublish;
import java.util.function.Consumer;

/**
 * What is owed to the broker for one message: given once every subscription that the message is for
 * has said how it fared there. Thread-safe.
 */
final class Acknowledgement {
  private final InboundPublish publish;
  private final Consumer<Acknowledgement> whenDue;

  /** Guarded by the monitor, as are the next two. */
  private int open;

  private int notDropped;
  private boolean failed;

  /** {@code whenDue} hears of it once, if anything is owed at all. */
  Acknowledgement(InboundPublish publish, int subscriptions, Consumer<Acknowledgement> whenDue) {
    this.publish = publish;
    this.open = subscriptions;
    this.notDropped = subscriptions;
    this.whenDue = whenDue;
  }

  InboundPublish publish() {
    return publish;
  }

  /**
   * 0x83 if a handler threw, so that a poisoned message is not sent for ever; 0x97 if nobody took
   * the message. Always 0x00 in PUBREC: after an error there, HiveMQ CE 2025.5 takes the exchange
   * for complete, sends PUBREL all the same, and delivers nothing more on the connection.
   */
  synchronized ReasonCode reason() {
    if (publish.qos() == Qos.EXACTLY_ONCE) {
      return ReasonCode.SUCCESS;
    }
    if (failed) {
      return ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
    }
    return notDropped == 0 ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS;
  }

  /** One subscription has taken the message over, or handled it. */
  void accepted() {
    settled(false, 0);
  }

  /** The handler of one subscription threw. */
  void failed() {
    settled(true, 0);
  }

  /** One subscription has dropped the message. */
  void dropped() {
    settled(false, 1);
  }

  private void settled(boolean threw, int drops) {
    if (publish.qos() == Qos.AT_MOST_ONCE) {
      return; // nothing is owed
    }
    boolean due;
    synchronized (this) {
      failed |= threw;
      notDropped -= drops;
      due = --open == 0;
    }
    if (due) {
      whenDue.accept(this);
    }
  }
}
