package io.mooring.internal.engine;

import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Lane;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.Session;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the application wants to hear, and what it hears: subscriptions that outlive connections,
 * and messages on their way through the handlers. Confined to the event loop.
 */
final class Incoming {
  private static final System.Logger LOG = System.getLogger(Incoming.class.getName());

  private final EventLoop loop;
  private final Connector connector;
  private final Receipts receipts;
  private final TopicGuard topics;
  private final Tally tally;
  private final Lane lane;
  private final InboundWindow window;
  private final Subscriptions subscriptions = new Subscriptions();

  /** No subscriptions yet; handlers run on {@code lane}. */
  Incoming(
      EngineOptions options,
      EventLoop loop,
      Connector connector,
      Receipts receipts,
      Tally tally,
      Lane lane) {
    this.loop = loop;
    this.connector = connector;
    this.receipts = receipts;
    this.topics = options.topics();
    this.tally = tally;
    this.lane = lane;
    this.window = new InboundWindow(options.inboundMessages(), options.inboundBytes());
  }

  // --- subscriptions ----------------------------------------------------------------------------

  /** Subscribes now, or with the next connection; {@code handler} runs on the message lane. */
  void subscribe(
      String filter,
      SubscribeOptions wanted,
      Consumer<Delivery> handler,
      CompletableFuture<SubscribeReceipt> result) {
    settleRemoved(subscriptions.remove(filter), "replaced");
    Subscriptions.Subscription added = subscriptions.put(filter, wanted, handler);
    added.awaitedBy(result);
    Connection live = connector.live();
    if (live != null) {
      live.withSession(same -> request(same, added));
    }
  }

  /** Unsubscribes; without a connection the broker is not told until the session resumes. */
  void unsubscribe(String filter, CompletableFuture<Void> result) {
    settleRemoved(subscriptions.remove(filter), "ended");
    Connection live = connector.live();
    if (live != null) {
      live.withSession(
          same ->
              same.request(
                  new UnsubscribeOutcome(filter, result, receipts).request(), loop.nowNanos()));
    } else {
      receipts.add(() -> result.completeExceptionally(UnsubscribeOutcome.notConnected(filter)));
    }
  }

  /** A session is live: asks for what the broker does not hold. */
  void connected(Connection live, boolean sessionPresent) {
    live.pauseReading(window.isFull());
    for (Subscriptions.Subscription missing : subscriptions.missing(sessionPresent)) {
      live.later(
          same -> {
            if (!missing.ended()) {
              request(same, missing);
            }
          });
    }
  }

  private void request(Session live, Subscriptions.Subscription subscription) {
    boolean identified = live.negotiated().subscriptionIdentifiersAvailable();
    live.request(
        new SubscribeOutcome(subscription, subscriptions, receipts).request(identified),
        loop.nowNanos());
  }

  private void settleRemoved(Subscriptions.@Nullable Subscription removed, String how) {
    CompletableFuture<SubscribeReceipt> awaited = removed == null ? null : removed.takeAwaited();
    if (removed != null && awaited != null) {
      receipts.add(
          () ->
              awaited.completeExceptionally(
                  new SubscribeException(
                      "The subscription to '"
                          + removed.filter()
                          + "' was "
                          + how
                          + " before the broker answered.")));
    }
  }

  /** The client is closed: whoever waits for a SUBACK hears {@code cause}. */
  void end(MooringException cause) {
    for (Subscriptions.Subscription subscription : subscriptions.all()) {
      new SubscribeOutcome(subscription, subscriptions, receipts).failed(cause);
    }
  }

  // --- messages ---------------------------------------------------------------------------------

  /** A message came over {@code from}. */
  void message(Connection from, InboundPublish publish) {
    tally.received();
    List<Subscriptions.Subscription> matching =
        subscriptions.matching(publish.topic(), publish.subscriptionIdentifiers());
    if (matching.isEmpty()) {
      drop(from, publish, "nobody here subscribed to it", tally.unsolicited());
      return;
    }
    if (topics.refusesRetained(publish.topic(), publish.retain())) {
      drop(from, publish, "the topic policy refuses it retained", tally.retainedRefused());
      return;
    }
    window.add(publish);
    from.pauseReading(window.isFull());
    Delivery delivery =
        new Delivery(
            publish,
            matching.size(),
            done -> loop.execute(() -> acknowledge(from, done.publish(), done.reason())));
    lane.execute(
        () -> {
          try {
            matching.forEach(subscription -> hand(delivery, subscription));
          } finally {
            loop.execute(() -> handled(publish));
          }
        });
  }

  /** The first of its kind is a warning; a flood of them must not flood the log as well. */
  private void drop(Connection from, InboundPublish publish, String why, long before) {
    LOG.log(
        before == 0 ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
        "Dropped a message on {0}: {1}. More of them are counted, see counters().",
        publish.topic(),
        why);
    loop.execute(() -> acknowledge(from, publish, ReasonCode.SUCCESS));
  }

  private static void hand(Delivery delivery, Subscriptions.Subscription subscription) {
    if (subscription.ended()) {
      delivery.done();
    } else {
      subscription.handler().accept(delivery);
    }
  }

  private void handled(InboundPublish publish) {
    window.remove(publish);
    Connection current = connector.current();
    if (current != null && window.hasRoom()) {
      current.pauseReading(false);
    }
  }

  private void acknowledge(Connection from, InboundPublish publish, ReasonCode reason) {
    Connection live = connector.live();
    (live != null ? live : from).acknowledge(publish, reason);
  }
}
