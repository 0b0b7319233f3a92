package io.mooring.internal.engine;

import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SubscribeReceipt;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import io.mooring.error.SubscribeRefusedException;
import io.mooring.internal.session.SubscriptionRequest;
import io.mooring.internal.session.Texts;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.wire.Packet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One SUBSCRIBE for one filter, and what becomes of the subscription when the broker has answered.
 */
final class SubscribeOutcome implements SubscriptionRequest.Completion {
  private static final Log LOG = Log.SESSION;

  private final Subscriptions.Subscription subscription;
  private final Subscriptions subscriptions;
  private final Receipts receipts;
  private final Telemetry telemetry;

  SubscribeOutcome(
      Subscriptions.Subscription subscription,
      Subscriptions subscriptions,
      Receipts receipts,
      Telemetry telemetry) {
    this.subscription = subscription;
    this.subscriptions = subscriptions;
    this.receipts = receipts;
    this.telemetry = telemetry;
  }

  SubscriptionRequest request(boolean identified) {
    return SubscriptionRequest.subscribe(
        Map.of(subscription.filter(), subscription.options()),
        identified ? subscription.identifier() : 0,
        subscription.options().userProperties(),
        this);
  }

  @Override
  public void acknowledged(Packet.SubAck acknowledgement) {
    ReasonCode reason = acknowledgement.reasons().get(0);
    if (reason.isError()) {
      subscriptions.remove(subscription);
      LOG.log(
          System.Logger.Level.WARNING,
          "The broker refused the subscription to ''{0}'': {1}",
          subscription.filter(),
          reason);
      SubscribeRefusedException refusal =
          new SubscribeRefusedException(
              "The broker refused the subscription to '"
                  + subscription.filter()
                  + "': "
                  + reason
                  + Texts.quoted(acknowledgement.reasonString())
                  + ". Check the topic permissions of this device at the broker.",
              reason,
              acknowledgement.reasonString());
      telemetry.subscribeRefused(subscription.filter(), refusal);
      settle(future -> future.completeExceptionally(refusal));
      return;
    }
    subscription.granted();
    SubscribeReceipt receipt =
        new SubscribeReceipt(
            subscription.filter(),
            Qos.of(reason.code()),
            acknowledgement.reasonString(),
            acknowledgement.userProperties());
    settle(future -> future.complete(receipt));
  }

  /**
   * What ended the connection keeps the subscription for the next one. So does what this broker
   * does not offer or cannot take, if nobody waits to hear of it: the next may be another.
   */
  @Override
  public void failed(MooringException cause) {
    boolean unsent = cause instanceof SubscribeException;
    if (!unsent && !(cause instanceof ClientClosedException) && !subscription.ended()) {
      return;
    }
    if (unsent && !subscription.isAwaited() && !subscription.ended()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The subscription to ''{0}'' waits for the next connection: {1}",
          subscription.filter(),
          cause.getMessage());
      telemetry.subscribeRefused(subscription.filter(), cause);
      return;
    }
    subscriptions.remove(subscription);
    settle(future -> future.completeExceptionally(cause));
  }

  private void settle(Consumer<CompletableFuture<SubscribeReceipt>> how) {
    CompletableFuture<SubscribeReceipt> awaited = subscription.takeAwaited();
    if (awaited != null) {
      receipts.add(() -> how.accept(awaited));
    } else if (subscription.ended()) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "The subscription to ''{0}'' ended; nobody waits to hear it",
          subscription.filter());
    }
  }
}
