package io.mooring.internal.engine;

import io.mooring.Publication;
import io.mooring.PublishReceipt;
import io.mooring.ReasonCode;
import io.mooring.error.MooringException;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.wire.Packet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the application waits for, completed off the loop. */
final class PendingPublish implements Publication, OutboundPublish.Completion {
  private final Outgoing outgoing;
  private final CompletableFuture<Void> accepted = new CompletableFuture<>();
  private final CompletableFuture<PublishReceipt> receipt = new CompletableFuture<>();

  PendingPublish(Outgoing outgoing) {
    this.outgoing = outgoing;
  }

  @Override
  public CompletionStage<Void> accepted() {
    return accepted.minimalCompletionStage();
  }

  @Override
  public CompletionStage<PublishReceipt> delivered() {
    return receipt.minimalCompletionStage();
  }

  CompletableFuture<PublishReceipt> receipt() {
    return receipt;
  }

  /** It is kept from now on. */
  void acceptedNow() {
    accepted.complete(null);
  }

  /** It was never accepted. */
  void rejected(MooringException cause) {
    accepted.completeExceptionally(cause);
    receipt.completeExceptionally(cause);
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
    outgoing.settled(publish.message(), () -> receipt.complete(facts));
  }

  @Override
  public void failed(OutboundPublish publish, MooringException cause) {
    outgoing.settled(publish.message(), () -> receipt.completeExceptionally(cause));
  }
}
