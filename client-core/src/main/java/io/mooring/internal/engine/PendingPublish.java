package io.mooring.internal.engine;

import io.mooring.PublishReceipt;
import io.mooring.ReasonCode;
import io.mooring.error.MooringException;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.wire.Packet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The receipt that the application waits for, completed off the loop when the publish has ended.
 */
final class PendingPublish implements OutboundPublish.Completion {
  private final Engine engine;
  private final CompletableFuture<PublishReceipt> receipt = new CompletableFuture<>();

  PendingPublish(Engine engine) {
    this.engine = engine;
  }

  CompletableFuture<PublishReceipt> receipt() {
    return receipt;
  }

  @Override
  public void delivered(
      OutboundPublish publish, ReasonCode reason, Packet.@Nullable Ack acknowledgement) {
    PublishReceipt facts =
        new PublishReceipt(
            publish.message().topic(),
            publish.message().qos(),
            reason,
            acknowledgement == null ? null : acknowledgement.reasonString(),
            acknowledgement == null ? List.of() : acknowledgement.userProperties());
    engine.settled(publish.message(), () -> receipt.complete(facts));
  }

  @Override
  public void failed(OutboundPublish publish, MooringException cause) {
    engine.settled(publish.message(), () -> receipt.completeExceptionally(cause));
  }
}
