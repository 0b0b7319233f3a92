package io.mooring.internal.engine;

import io.mooring.Message;
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

  Delivery(Acknowledgement acknowledgement, Mailbox mailbox) {
    this.publish = acknowledgement.publish();
    this.acknowledgement = acknowledgement;
    this.mailbox = mailbox;
    this.bytes = publish.weight();
  }

  /** The message, with a copy of the payload. */
  public Message message() {
    return publish.toMessage();
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
