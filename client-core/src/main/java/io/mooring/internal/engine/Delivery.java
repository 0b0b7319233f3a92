package io.mooring.internal.engine;

import io.mooring.internal.session.InboundPublish;
import org.jspecify.annotations.Nullable;

/** One message on its way through the handler of one subscription. */
public final class Delivery implements InboundQueue.Item {
  private final InboundPublish publish;
  private final Acknowledgement acknowledgement;
  private final Mailbox mailbox;
  private final long bytes;

  /** Guarded by the mailbox, as are the others. */
  boolean acknowledged;

  boolean failed;
  boolean returned;

  /** Of the lane alone. */
  private boolean handled;

  Delivery(Acknowledgement acknowledgement, Mailbox mailbox) {
    this.publish = acknowledgement.publish();
    this.acknowledgement = acknowledgement;
    this.mailbox = mailbox;
    this.bytes = publish.weight();
  }

  /** What came from the broker. */
  public InboundPublish publish() {
    return publish;
  }

  @Override
  public String topic() {
    return publish.topic();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  Acknowledgement acknowledgement() {
    return acknowledgement;
  }

  /**
   * The handler is done with it: it is acknowledged as soon as the call returns. On the lane, from
   * within the handler; the same as {@link #acknowledge} for less.
   */
  public void handled() {
    handled = true;
  }

  boolean isHandled() {
    return handled;
  }

  /** It is acknowledged for this subscription. Any thread; once is enough. */
  public void acknowledge() {
    mailbox.acknowledge(this);
  }

  /**
   * The handler threw {@code cause}, or an Error if it is null: unless it is acknowledged already,
   * the broker is told and does not send it again.
   */
  public void fail(@Nullable Exception cause) {
    mailbox.fail(this, cause);
  }
}
