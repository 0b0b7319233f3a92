package io.mooring.internal.engine;

import io.mooring.ReasonCode;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import io.mooring.error.SubscribeRefusedException;
import io.mooring.internal.session.SubscriptionRequest;
import io.mooring.internal.session.Texts;
import io.mooring.internal.wire.Packet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One UNSUBSCRIBE for one filter, and its answer. */
final class UnsubscribeOutcome implements SubscriptionRequest.Completion {
  private final String filter;
  private final List<CompletableFuture<Void>> awaiting;
  private final Subscriptions subscriptions;
  private final Receipts receipts;

  UnsubscribeOutcome(
      String filter,
      List<CompletableFuture<Void>> awaiting,
      Subscriptions subscriptions,
      Receipts receipts) {
    this.filter = filter;
    this.awaiting = awaiting;
    this.subscriptions = subscriptions;
    this.receipts = receipts;
  }

  SubscriptionRequest request() {
    return SubscriptionRequest.unsubscribe(List.of(filter), List.of(), this);
  }

  @Override
  public void acknowledged(Packet.SubAck acknowledgement) {
    ReasonCode reason = acknowledgement.reasons().get(0);
    if (!reason.isError()) {
      settle(future -> future.complete(null));
      return;
    }
    SubscribeRefusedException refusal =
        new SubscribeRefusedException(
            "The broker refused to end the subscription to '"
                + filter
                + "': "
                + reason
                + Texts.quoted(acknowledgement.reasonString())
                + ". Its handler is not called any more; what still comes is unsolicited, see"
                + " counters().",
            reason,
            acknowledgement.reasonString());
    settle(future -> future.completeExceptionally(refusal));
  }

  /**
   * What ended the connection leaves it to the next one, unless a later subscription has taken the
   * filter; the rest ends it.
   */
  @Override
  public void failed(MooringException cause) {
    if (cause instanceof SubscribeException || cause instanceof ClientClosedException) {
      settle(future -> future.completeExceptionally(cause));
    } else if (subscriptions.has(filter)) {
      settle(future -> future.complete(null));
    } else {
      awaiting.forEach(each -> subscriptions.leave(filter, each));
    }
  }

  private void settle(Consumer<CompletableFuture<Void>> how) {
    awaiting.forEach(each -> receipts.add(() -> how.accept(each)));
  }
}
