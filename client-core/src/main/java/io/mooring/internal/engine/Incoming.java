package io.mooring.internal.engine;

import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.Session;
import io.mooring.internal.telemetry.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the application wants to hear, and what it hears: subscriptions that outlive connections,
 * and messages on their way through the handlers. Confined to the event loop.
 */
final class Incoming {
  private static final Log LOG = Log.SESSION;

  /** In the place of a filter where a failure of that handler is told. */
  private static final String UNSOLICITED = "unsolicited()";

  private final EngineOptions options;
  private final EventLoop loop;
  private final Connector connector;
  private final Receipts receipts;
  private final TopicGuard topics;
  private final Tally tally;
  private final Telemetry telemetry;
  private final ReadingGate gate = new ReadingGate();
  private final AcknowledgementOutbox acknowledgements;
  private final Mailbox.Shared shared;
  private final Subscriptions subscriptions = new Subscriptions();

  /** Of what fits no subscription; made when the first such message comes. */
  private @Nullable Mailbox unsolicited;

  /** Messages that fit no subscription and were not for that handler either. */
  private long outsidePolicy;

  /** Those that {@link #handOver} is due for. */
  private final List<Mailbox> receiving = new ArrayList<>(1);

  /** No subscriptions yet. */
  Incoming(
      EngineOptions options,
      EventLoop loop,
      Connector connector,
      Receipts receipts,
      Tally tally,
      Telemetry telemetry) {
    this.options = options;
    this.loop = loop;
    this.connector = connector;
    this.receipts = receipts;
    this.topics = options.topics();
    this.tally = tally;
    this.telemetry = telemetry;
    this.acknowledgements = new AcknowledgementOutbox(loop, connector);
    this.shared =
        new Mailbox.Shared(
            loop,
            new InboundWindow(options.inboundMessages(), options.inboundBytes()),
            this::turned,
            tally,
            options.callbackExecutor());
  }

  // --- subscriptions ----------------------------------------------------------------------------

  /**
   * Subscribes now, or with the next connection. What an earlier subscription with this filter has
   * not handled goes to {@code handler}.
   */
  void subscribe(
      String filter,
      SubscribeOptions wanted,
      Consumer<Delivery> handler,
      CompletableFuture<SubscribeReceipt> result) {
    Subscriptions.Subscription previous = subscriptions.take(filter);
    Mailbox mailbox = new Mailbox(filter, wanted, handler, shared, dropReport(filter));
    tally.opened(mailbox);
    Subscriptions.Subscription added = subscriptions.put(filter, wanted, mailbox);
    added.awaitedBy(result);
    List<CompletableFuture<Void>> overtaken = subscriptions.takeLeaving(filter);
    left(overtaken);
    if (!overtaken.isEmpty() || (previous != null && subscriptions.mayBeHeld(previous))) {
      added.mayBeHeld();
    }
    if (previous != null) {
      settle(previous, "replaced");
      previous.mailbox().handTo(mailbox);
    }
    Connection live = connector.live();
    if (live != null) {
      live.withSession(same -> request(same, added));
    }
  }

  /**
   * Unsubscribes now; without a connection the broker is told when the session resumes, unless it
   * never heard of the subscription.
   */
  void unsubscribe(String filter, CompletableFuture<Void> result) {
    Subscriptions.Subscription previous = subscriptions.take(filter);
    if (previous != null) {
      settle(previous, "ended");
      previous.mailbox().end();
    }
    Connection live = connector.live();
    if (live == null && !subscriptions.mayBeHeld(previous)) {
      left(List.of(result));
      return;
    }
    subscriptions.leave(filter, result);
    if (live != null) {
      live.withSession(same -> leave(same, filter));
    }
  }

  private void leave(Session live, String filter) {
    List<CompletableFuture<Void>> awaiting = subscriptions.takeLeaving(filter);
    if (!awaiting.isEmpty()) { // else a later subscription took its place
      live.request(
          new UnsubscribeOutcome(filter, awaiting, subscriptions, receipts).request(),
          loop.nowNanos());
    }
  }

  private void left(List<CompletableFuture<Void>> awaiting) {
    awaiting.forEach(each -> receipts.add(() -> each.complete(null)));
  }

  /** A session is live: takes back what the broker still holds, and asks for what it does not. */
  void connected(Connection live, boolean sessionPresent) {
    subscriptions.all().forEach(each -> each.mailbox().connected(sessionPresent));
    live.pauseReading(gate.isClosed());
    for (String filter : subscriptions.leaving()) {
      if (sessionPresent) {
        live.later(same -> leave(same, filter));
      } else {
        left(subscriptions.takeLeaving(filter));
      }
    }
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
    subscription.mayBeHeld();
    boolean identified = live.negotiated().subscriptionIdentifiersAvailable();
    live.request(
        new SubscribeOutcome(subscription, subscriptions, receipts, telemetry).request(identified),
        loop.nowNanos());
  }

  private void settle(Subscriptions.Subscription removed, String how) {
    CompletableFuture<SubscribeReceipt> awaited = removed.takeAwaited();
    if (awaited != null) {
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

  /** The client is closed: whoever waits for a SUBACK or UNSUBACK hears {@code cause}. */
  void end(MooringException cause) {
    for (String filter : subscriptions.leaving()) {
      for (CompletableFuture<Void> awaiting : subscriptions.takeLeaving(filter)) {
        receipts.add(() -> awaiting.completeExceptionally(cause));
      }
    }
    for (Subscriptions.Subscription subscription : subscriptions.all()) {
      new SubscribeOutcome(subscription, subscriptions, receipts, telemetry).failed(cause);
    }
    if (unsolicited != null) {
      unsolicited.end();
    }
  }

  // --- messages ---------------------------------------------------------------------------------

  /** A message came over {@code from}. */
  void message(Connection from, InboundPublish publish) {
    List<Subscriptions.Subscription> matching =
        subscriptions.matching(publish.topic(), publish.subscriptionIdentifiers());
    if (matching.isEmpty()) {
      unsolicited(from, publish);
      return;
    }
    if (topics.refusesRetained(publish.topic(), publish.retain())) {
      drop(from, publish, "the topic policy refuses it retained", tally.retainedRefused());
      return;
    }
    publish.orderWith(matching.size() == 1 ? matching.get(0) : matching);
    Acknowledgement acknowledgement = acknowledgement(from, publish, matching.size());
    for (int i = 0; i < matching.size(); i++) {
      Mailbox mailbox = matching.get(i).mailbox();
      if (mailbox.arrived(acknowledgement)) {
        receiving.add(mailbox);
      }
    }
  }

  private void unsolicited(Connection from, InboundPublish publish) {
    Consumer<Delivery> handler = options.unsolicited();
    if (handler == null) {
      drop(from, publish, "nobody here subscribed to it", tally.unsolicited());
    } else if (!topics.mayReceive(publish.topic())) {
      tally.unsolicited();
      drop(from, publish, "the topic policy does not allow it", outsidePolicy++);
    } else if (topics.refusesRetained(publish.topic(), publish.retain())) {
      drop(from, publish, "the topic policy refuses it retained", tally.retainedRefused());
    } else {
      tally.unsolicited(); // and by nobody else: a message counts once
      Mailbox mailbox = unsolicited;
      if (mailbox == null) {
        mailbox =
            new Mailbox(
                UNSOLICITED, SubscribeOptions.DEFAULT, handler, shared, dropReport(UNSOLICITED));
        unsolicited = mailbox;
      }
      publish.orderWith(mailbox);
      if (mailbox.arrived(acknowledgement(from, publish, 1))) {
        receiving.add(mailbox);
      }
    }
  }

  /** Hands over what came in one piece of the stream: each mailbox is locked once for all of it. */
  void handOver() {
    for (int i = 0; i < receiving.size(); i++) {
      receiving.get(i).handOver();
    }
    receiving.clear();
  }

  /** The first of its kind is a warning; a flood of them must not flood the log as well. */
  private void drop(Connection from, InboundPublish publish, String why, long before) {
    LOG.log(
        before == 0 ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
        "Dropped a message on {0}: {1}. More of them are counted, see counters().",
        publish.topic(),
        why);
    acknowledgement(from, publish, 1).accepted();
  }

  private Acknowledgement acknowledgement(Connection from, InboundPublish publish, int parts) {
    return new Acknowledgement(publish, parts, due -> acknowledgements.add(from, due));
  }

  /** Something that stops the reading fell or rose. */
  private void turned(ReadingGate.Bar bar) {
    if (!gate.changes(bar)) {
      return;
    }
    tally.readingPaused(gate.isClosed(), loop.nowNanos());
    Connection live = connector.live();
    if (live != null) {
      live.pauseReading(gate.isClosed());
    }
  }

  private DropReport dropReport(String filter) {
    return new DropReport(
        loop,
        count -> {
          Log.FLOOD.log(
              System.Logger.Level.WARNING,
              "Messages dropped by the subscription to ''{0}'': {1}. They came faster than its"
                  + " handler or its rate limit takes them, and its Overflow says to drop.",
              filter,
              count);
          telemetry.inboundDropped(filter, count);
          receipts.add(() -> tellDropped(filter, count));
        });
  }

  private void tellDropped(String filter, long count) {
    try {
      options.listener().messagesDropped(filter, count);
    } catch (RuntimeException e) { // the application's own; it must not end this lane
      Log.CALLBACK.log(System.Logger.Level.WARNING, "A connection listener threw", e);
    }
  }
}
