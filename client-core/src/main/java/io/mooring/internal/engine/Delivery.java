package io.mooring.internal.engine;

import io.mooring.Message;
import io.mooring.ReasonCode;
import io.mooring.internal.session.InboundPublish;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One message on its way through the handlers it is for. It is acknowledged once each of them has:
 * by returning, or by hand.
 */
public final class Delivery {
  private final InboundPublish publish;
  private final AtomicInteger open;
  private volatile boolean refused;
  private final Consumer<Delivery> acknowledge;

  Delivery(InboundPublish publish, int handlers, Consumer<Delivery> acknowledge) {
    this.publish = publish;
    this.open = new AtomicInteger(handlers);
    this.acknowledge = acknowledge;
  }

  /** The message, with a copy of the payload. */
  public Message message() {
    return publish.toMessage();
  }

  /** What came from the broker. */
  public InboundPublish publish() {
    return publish;
  }

  ReasonCode reason() {
    return refused ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR : ReasonCode.SUCCESS;
  }

  /** One handler is done with it. Any thread. */
  public void done() {
    if (open.decrementAndGet() == 0) {
      acknowledge.accept(this);
    }
  }

  /** One handler threw: the broker is told 0x83 and does not send it again. */
  public void failed() {
    refused = true;
    done();
  }
}
