package io.mooring.internal.engine;

import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.ReasonCode;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Lane;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.MemoryPublishQueue;
import io.mooring.internal.session.OutboundPublish;
import io.mooring.internal.session.Session;
import io.mooring.internal.session.SessionJournal;
import io.mooring.internal.session.SessionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client behind its facade: takes calls from any thread, runs them on the event loop, and hands
 * results and messages to the application's lanes. It outlives connections: what was accepted and
 * what is subscribed waits here for the next one.
 */
public final class Engine implements Connection.Owner {
  private static final System.Logger LOG = System.getLogger(Engine.class.getName());

  private final EngineOptions options;
  private final EventLoop loop;
  private final Lane messageLane;
  private final Lane receiptLane;
  private final Receipts receipts;
  private final QueueBounds outbound;
  private final InboundWindow inbound;
  private final Queue<OutboundPublish> submitted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean submissionScheduled = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  // Confined to the loop.
  private final MemoryPublishQueue queue = new MemoryPublishQueue();
  private final SessionState session = new SessionState(queue, SessionJournal.NONE);
  private final Subscriptions subscriptions = new Subscriptions();
  private final List<CompletableFuture<ConnectionInfo>> connecting = new ArrayList<>();
  private @Nullable Connection connection;
  private @Nullable ConnectionInfo info;
  private boolean over;

  /** An engine that has done nothing yet; {@link #close} gives back what it holds. */
  public Engine(EngineOptions options) {
    this.options = options;
    this.loop = EventLoop.acquire();
    this.messageLane = new Lane(options.callbackExecutor());
    this.receiptLane = new Lane(options.callbackExecutor());
    this.receipts = new Receipts(receiptLane, () -> loop.execute(this::flushReceipts));
    this.outbound = new QueueBounds(options.queueMessages(), options.queueBytes());
    this.inbound = new InboundWindow(options.inboundMessages(), options.inboundBytes());
    if (!options.connect().cleanStart()) {
      session.hold(); // the application wants the session that an earlier run left at the broker
    }
  }

  /** True on a thread that completes this client's futures, which must not wait for one. */
  public boolean mustNotBlock() {
    return receiptLane.isCurrent() || loop.inLoop();
  }

  // --- connect and disconnect -------------------------------------------------------------------

  /** Connects, joins an attempt under way, or returns the live connection's facts. Any thread. */
  public CompletableFuture<ConnectionInfo> connect() {
    CompletableFuture<ConnectionInfo> result = new CompletableFuture<>();
    onLoop(result, () -> connectNow(result));
    return result;
  }

  private void connectNow(CompletableFuture<ConnectionInfo> result) {
    ConnectionInfo live = info;
    if (live != null) {
      receipts.add(() -> result.complete(live));
      return;
    }
    connecting.add(result);
    if (connection == null) {
      Connection attempt = new Connection(loop, options, session, this);
      connection = attempt;
      tell(new ConnectionState.Connecting());
      attempt.open();
    }
  }

  @Override
  public void live(Connection live) {
    ConnectionInfo facts = live.info();
    info = facts;
    tell(new ConnectionState.Connected(facts));
    settleConnecting(future -> future.complete(facts));
    live.pauseReading(inbound.isFull());
    for (Subscriptions.Subscription missing : subscriptions.missing(facts.sessionPresent())) {
      live.later(
          same -> {
            if (!missing.ended()) {
              request(same, missing);
            }
          });
    }
  }

  @Override
  public void ended(Connection ended, MooringException cause) {
    connection = null;
    info = null;
    tell(new ConnectionState.Disconnected(cause));
    settleConnecting(future -> future.completeExceptionally(cause));
  }

  private void settleConnecting(Consumer<CompletableFuture<ConnectionInfo>> settle) {
    List<CompletableFuture<ConnectionInfo>> waiting = List.copyOf(connecting);
    connecting.clear();
    waiting.forEach(future -> receipts.add(() -> settle.accept(future)));
  }

  /** DISCONNECT with a reason; without a connection, nothing happens. Any thread. */
  public CompletableFuture<Void> disconnect(DisconnectRequest request) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    onLoop(
        result,
        () -> {
          ClientClosedException cause =
              new ClientClosedException("disconnect() was called while connecting.");
          leave(request, cause, () -> receipts.add(() -> result.complete(null)));
        });
    return result;
  }

  private void leave(DisconnectRequest request, MooringException cause, Runnable done) {
    Connection current = connection;
    if (current == null) {
      done.run();
      return;
    }
    connection = null;
    info = null;
    current.disconnect(request, done);
    settleConnecting(future -> future.completeExceptionally(cause));
    tell(new ConnectionState.Disconnected(null));
  }

  /** Ends everything; every future that is still open completes. Any thread, any state. */
  public CompletableFuture<Void> close() {
    if (closing.compareAndSet(false, true)) {
      loop.execute(this::closeNow);
    }
    return closed;
  }

  private void closeNow() {
    drainSubmitted();
    ClientClosedException cause =
        new ClientClosedException("The client was closed before the broker answered.");
    leave(DisconnectRequest.of(ReasonCode.SUCCESS), cause, () -> loop.execute(this::finishClose));
    over = true;
    session.abandon(cause);
    for (Subscriptions.Subscription subscription : subscriptions.all()) {
      new SubscribeOutcome(subscription, subscriptions, receipts).failed(cause);
    }
  }

  private void finishClose() {
    tell(new ConnectionState.Closed());
    receipts.add(() -> closed.complete(null));
    loop.execute(loop::release); // after the flush of the receipts that were added above
  }

  // --- publish ----------------------------------------------------------------------------------

  /**
   * Accepts a message, within the queue's bounds. Any thread.
   *
   * @throws io.mooring.error.QueueFullException if it does not fit
   */
  public CompletableFuture<PublishReceipt> publish(Message message) {
    if (closing.get()) {
      return CompletableFuture.failedFuture(
          new ClientClosedException("The client is closed; the message was not accepted."));
    }
    outbound.take(message);
    PendingPublish pending = new PendingPublish(this);
    submitted.add(new OutboundPublish(message, loop.nowNanos(), pending));
    if (submissionScheduled.compareAndSet(false, true)) {
      loop.execute(this::drainSubmitted);
    }
    failIfLate(pending.receipt());
    return pending.receipt();
  }

  private void drainSubmitted() {
    submissionScheduled.set(false);
    for (OutboundPublish next = submitted.poll(); next != null; next = submitted.poll()) {
      queue.add(next);
    }
    if (over) {
      session.abandon(new ClientClosedException("The client is closed; the message was not sent."));
    }
    withSession(live -> {});
  }

  /** A publish ended: gives its room back and completes its receipt. Loop only. */
  void settled(Message message, Runnable completion) {
    outbound.give(message.payloadLength());
    receipts.add(completion);
  }

  // --- subscribe --------------------------------------------------------------------------------

  /** Subscribes now, or with the next connection; {@code handler} runs on the message lane. */
  public CompletableFuture<SubscribeReceipt> subscribe(
      String filter, SubscribeOptions wanted, Consumer<Delivery> handler) {
    CompletableFuture<SubscribeReceipt> result = new CompletableFuture<>();
    onLoop(
        result,
        () -> {
          settleRemoved(subscriptions.remove(filter), "replaced");
          Subscriptions.Subscription added = subscriptions.put(filter, wanted, handler);
          added.awaitedBy(result);
          if (info != null) {
            withSession(same -> request(same, added));
          }
        });
    return result;
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

  /** Unsubscribes; without a connection the broker is not told until the session resumes. */
  public CompletableFuture<Void> unsubscribe(String filter) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    onLoop(
        result,
        () -> {
          settleRemoved(subscriptions.remove(filter), "ended");
          Connection current = connection;
          if (current != null && info != null) {
            current.withSession(
                same ->
                    same.request(
                        new UnsubscribeOutcome(filter, result, receipts).request(),
                        loop.nowNanos()));
          } else {
            receipts.add(
                () -> result.completeExceptionally(UnsubscribeOutcome.notConnected(filter)));
          }
        });
    return result;
  }

  // --- inbound ----------------------------------------------------------------------------------

  @Override
  public void message(Connection live, InboundPublish publish) {
    List<Subscriptions.Subscription> matching =
        subscriptions.matching(publish.topic(), publish.subscriptionIdentifiers());
    if (matching.isEmpty()) {
      LOG.log(
          System.Logger.Level.DEBUG, "Dropped a message on {0}: no subscription", publish.topic());
      loop.execute(() -> acknowledge(live, publish, ReasonCode.SUCCESS));
      return;
    }
    inbound.add(publish);
    live.pauseReading(inbound.isFull());
    Delivery delivery =
        new Delivery(
            publish,
            matching.size(),
            done -> loop.execute(() -> acknowledge(live, done.publish(), done.reason())));
    messageLane.execute(
        () -> {
          try {
            matching.forEach(subscription -> hand(delivery, subscription));
          } finally {
            loop.execute(() -> handled(publish));
          }
        });
  }

  private static void hand(Delivery delivery, Subscriptions.Subscription subscription) {
    if (subscription.ended()) {
      delivery.done();
    } else {
      subscription.handler().accept(delivery);
    }
  }

  private void handled(InboundPublish publish) {
    inbound.remove(publish);
    Connection current = connection;
    if (current != null && inbound.hasRoom()) {
      current.pauseReading(false);
    }
  }

  private void acknowledge(Connection from, InboundPublish publish, ReasonCode reason) {
    Connection current = connection;
    (current != null && info != null ? current : from).acknowledge(publish, reason);
  }

  // --- re-authentication ------------------------------------------------------------------------

  /** AUTH 0x19 on the live connection; completes when the broker accepted it and is proven anew. */
  public CompletableFuture<Void> reauthenticate() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    onLoop(
        result,
        () -> {
          Connection current = connection;
          if (current == null || info == null) {
            receipts.add(
                () ->
                    result.completeExceptionally(
                        new IllegalStateException("re-authentication takes a live connection")));
            return;
          }
          current.reauthenticate(
              failure ->
                  receipts.add(
                      () -> {
                        if (failure == null) {
                          result.complete(null);
                        } else {
                          result.completeExceptionally(failure);
                        }
                      }));
        });
    return result;
  }

  // --- helpers ----------------------------------------------------------------------------------

  private void withSession(Consumer<Session> input) {
    Connection current = connection;
    if (current != null) {
      current.withSession(input);
    }
  }

  private void onLoop(CompletableFuture<?> result, Runnable action) {
    if (closing.get()) {
      result.completeExceptionally(new ClientClosedException("The client is closed."));
      return;
    }
    loop.execute(
        () -> {
          if (over) {
            result.completeExceptionally(new ClientClosedException("The client is closed."));
          } else {
            runFor(result, action);
          }
        });
    failIfLate(result);
  }

  /** What an action throws belongs to who asked for it, not to the loop. */
  private static void runFor(CompletableFuture<?> result, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) { // misuse, or a fault of ours
      result.completeExceptionally(e);
    }
  }

  /** A call that raced with {@link #close} may have come after the loop's last turn. */
  private void failIfLate(CompletableFuture<?> result) {
    if (closing.get()) {
      CompletableFuture<Void> unused =
          closed.thenRun(
              () ->
                  result.completeExceptionally(new ClientClosedException("The client is closed.")));
    }
  }

  private void flushReceipts() {
    receipts.flush();
  }

  private void tell(ConnectionState state) {
    receipts.add(
        () -> {
          try {
            options.listener().stateChanged(state);
          } catch (RuntimeException e) { // the application's own; it must not end this lane
            LOG.log(System.Logger.Level.WARNING, "A connection listener threw", e);
          }
        });
  }
}
