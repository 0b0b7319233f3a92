package io.mooring.internal.engine;

import io.mooring.ReasonCode;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import io.mooring.error.SubscribeRefusedException;
import io.mooring.internal.session.SubscriptionRequest;
import io.mooring.internal.wire.Packet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One UNSUBSCRIBE and its answer. */
final class UnsubscribeOutcome implements SubscriptionRequest.Completion {
  private final String filter;
  private final CompletableFuture<Void> result;
  private final Receipts receipts;

  UnsubscribeOutcome(String filter, CompletableFuture<Void> result, Receipts receipts) {
    this.filter = filter;
    this.result = result;
    this.receipts = receipts;
  }

  SubscriptionRequest request() {
    return SubscriptionRequest.unsubscribe(List.of(filter), List.of(), this);
  }

  static SubscribeException notConnected(String filter) {
    return new SubscribeException(
        "The broker was not told to end the subscription to '"
            + filter
            + "': there is no connection. This client no longer handles it;"
            + " unsubscribe again once connected.");
  }

  @Override
  public void acknowledged(Packet.SubAck acknowledgement) {
    ReasonCode reason = acknowledgement.reasons().get(0);
    receipts.add(
        () -> {
          if (reason.isError()) {
            result.completeExceptionally(
                new SubscribeRefusedException(
                    "The broker refused to end the subscription to '"
                        + filter
                        + "': "
                        + reason
                        + ". Its messages are dropped by this client.",
                    reason));
          } else {
            result.complete(null);
          }
        });
  }

  @Override
  public void failed(MooringException cause) {
    receipts.add(() -> result.completeExceptionally(cause));
  }
}
