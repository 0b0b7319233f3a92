package io.mooring.internal.engine;

import io.mooring.ClientCounters;
import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.PublishReceipt;
import io.mooring.ReasonCode;
import io.mooring.Rotation;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MooringException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.net.Lane;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.SessionState;
import io.mooring.internal.telemetry.Gauged;
import io.mooring.outbox.OutboxRecovery;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client behind its facade: takes calls from any thread and gives them, on the event loop, to
 * the part that they are for. {@link Connector} makes connections, {@link Outgoing} holds what is
 * published, {@link Incoming} what is subscribed and received; all three outlive a connection.
 */
public final class Engine implements Connector.Listener, Gauged {
  private final boolean automatic;
  private final boolean keepsSession;
  private final EventLoop loop;
  private final Calls calls;
  private final Lane receiptLane;
  private final Receipts receipts;
  private final Outgoing outgoing;
  private final TopicGuard topics;
  private final Emptiness emptiness;
  private final SessionState session;
  private final Connector connector;
  private final Telemetry telemetry;
  private final Tally tally;
  private final AuditSchedule audits;
  private final Incoming incoming;
  private final @Nullable OutboxRecovery recovery;

  /** What still has to end before close does: the farewell to the broker, and the outgoing side. */
  private int unfinished = 2;

  /**
   * An engine that has done nothing yet; {@link #close} gives back what it holds.
   *
   * @param outbox where QoS 1 and 2 messages are kept, or null to keep them in memory
   */
  public Engine(EngineOptions options, @Nullable OpenOutbox outbox) {
    this.telemetry = new Telemetry(options);
    this.tally = new Tally(telemetry);
    this.topics = options.topics();
    this.automatic = options.dialling().reconnect().isAutomatic();
    this.keepsSession = options.connect().sessionExpirySeconds() > 0;
    this.loop = EventLoop.acquire();
    this.receiptLane = loop.lane(options.callbackExecutor());
    this.receipts = new Receipts(receiptLane, () -> loop.atEndOfTurn(this::flushReceipts));
    this.calls = new Calls(loop::execute, receipts);
    this.emptiness = new Emptiness(receipts, this::isEmpty);
    MemoryOutgoing memory =
        new MemoryOutgoing(
            new QueueBounds(
                options.queueMessages(), options.queueBytes(), QueueBounds.Words.FOR_BROKER),
            loop::execute,
            loop::nowNanos,
            calls,
            receipts,
            tally.outbound(),
            this::settled,
            this::pump);
    Runnable begin = () -> {};
    if (outbox == null) {
      this.outgoing = memory;
      this.session = new SessionState(memory.queue(), memory.journal());
    } else {
      DurableOutgoing durable = durable(options, memory, outbox);
      this.outgoing = durable;
      this.session = new SessionState(durable.queue(), durable.journal());
      restore(durable, outbox);
      begin = () -> durable.begin(outbox.resume(), session);
    }
    this.recovery = outbox == null ? null : outbox.recovery();
    if (outbox != null) {
      telemetry.outboxOpened(outbox.recovery());
    }
    this.connector = new Connector(options, loop, session, receipts, telemetry, this);
    this.incoming = new Incoming(options, loop, connector, receipts, tally, telemetry);
    this.audits = new AuditSchedule(loop, options.sockets());
    loop.execute(audits::start);
    if (!options.connect().cleanStart()) {
      session.hold(); // the application wants the session that an earlier run left at the broker
    }
    loop.execute(begin); // not earlier: what the disk answers finds the engine whole
  }

  private DurableOutgoing durable(EngineOptions options, MemoryOutgoing memory, OpenOutbox outbox) {
    return new DurableOutgoing(
        new DurableOutgoing.Setting(
            memory,
            OutboxThreads.of(loop),
            options.clock(),
            calls,
            receipts,
            tally.outbound(),
            this::settled,
            this::pump,
            options.queueMessages(),
            options.queueBytes()),
        outbox,
        this::journalFailed);
  }

  /** A log that cannot be read after all ends the engine before it began. */
  private void restore(DurableOutgoing durable, OpenOutbox outbox) {
    boolean restored = false;
    try {
      durable.restore(outbox.log(), session);
      restored = true;
    } finally {
      if (!restored) {
        loop.release();
      }
    }
  }

  /** What opening the outbox found; null without one. */
  public @Nullable OutboxRecovery recovery() {
    return recovery;
  }

  private void journalFailed(MooringException cause) {
    Connection current = connector.current();
    if (current != null) {
      current.journalFailed(cause);
    }
  }

  private void flushReceipts() {
    receipts.flush();
  }

  private boolean isEmpty() {
    return outgoing.isEmpty();
  }

  private void settled() {
    emptiness.look();
  }

  private void pump() {
    connector.withSession(live -> {});
  }

  /** True on a thread that completes this client's futures, which must not wait for one. */
  public boolean mustNotBlock() {
    return receiptLane.isCurrent() || loop.inLoop();
  }

  @Override
  public void connected(Connection live, boolean sessionPresent) {
    incoming.connected(live, sessionPresent);
  }

  @Override
  public void message(Connection from, InboundPublish message) {
    incoming.message(from, message);
  }

  @Override
  public void handOver() {
    incoming.handOver();
  }

  // --- calls from any thread --------------------------------------------------------------------

  /** Connects, joins an attempt under way, or returns the live connection's facts. */
  public CompletableFuture<ConnectionInfo> connect() {
    CompletableFuture<ConnectionInfo> result = new CompletableFuture<>();
    calls.onLoop(result, () -> connector.connect(result));
    return result;
  }

  /** Seeks a connection from now on; returns at once. */
  public void start() {
    if (!automatic) {
      throw new IllegalStateException(
          "start() goes on in the background, which Reconnect.none() rules out; call connect()");
    }
    if (calls.isClosing()) {
      throw new ClientClosedException("The client is closed.");
    }
    calls.onLoop(new CompletableFuture<>(), connector::start);
  }

  /** The next live connection's facts, however many attempts it takes. */
  public CompletableFuture<ConnectionInfo> connected() {
    CompletableFuture<ConnectionInfo> result = new CompletableFuture<>();
    calls.onLoop(result, () -> connector.await(result));
    return result;
  }

  /** The network may have changed: checks a live connection, brings the next attempt forward. */
  public void retryNow() {
    calls.onLoop(new CompletableFuture<>(), connector::retryNow);
  }

  @Override
  public String name() {
    return telemetry.client();
  }

  /** Completes once the client is closed. */
  public CompletableFuture<Void> closed() {
    return calls.closed();
  }

  /** Where the client stands. */
  @Override
  public ConnectionState state() {
    return connector.state();
  }

  /**
   * DISCONNECT; without a connection, nothing is sent.
   *
   * @throws IllegalArgumentException if it asks for a session and CONNECT does not (MQTT 5, section
   *     3.14.2.2.2)
   */
  public CompletableFuture<Void> disconnect(DisconnectRequest request) {
    if (!keepsSession && request.sessionExpirySeconds() > 0) {
      throw new IllegalArgumentException(
          "session expiry of DISCONNECT is "
              + request.sessionExpirySeconds()
              + " s, but CONNECT of this client says 0, and nothing else may follow (MQTT 5,"
              + " 3.14.2.2.2); build the client with a sessionExpiry above 0");
    }
    CompletableFuture<Void> result = new CompletableFuture<>();
    ClientClosedException cause =
        new ClientClosedException("disconnect() was called while connecting.");
    calls.onLoop(
        result,
        () -> connector.leave(request, cause, () -> receipts.add(() -> result.complete(null))));
    return result;
  }

  /**
   * Accepts a message, within the bounds.
   *
   * @throws io.mooring.error.PublishNotAllowedException if the topic policy does not allow it
   * @throws io.mooring.error.QueueFullException if it does not fit
   */
  public Publication publish(Message message) {
    return take(message, PendingPublish.withStages());
  }

  /** {@link #publish} for a caller that waits, and hangs no other stage on what it gets. */
  public CompletableFuture<PublishReceipt> receipt(Message message) {
    return take(message, PendingPublish.waitedFor()).receipt();
  }

  private PendingPublish take(Message message, PendingPublish pending) {
    topics.requirePublish("The message", message);
    outgoing.publish(message, pending);
    return pending;
  }

  /** Completes once nothing is left to be sent or acknowledged. */
  public CompletableFuture<Void> drained() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    calls.onLoop(result, () -> emptiness.await(result));
    return result;
  }

  /** Messages accepted and neither delivered nor failed. */
  public int pending() {
    return outgoing.pending();
  }

  /**
   * Subscribes now, or with the next connection; {@code handler} runs on a lane of its own.
   *
   * @throws io.mooring.error.SubscribeNotAllowedException if the topic policy does not allow it
   */
  public CompletableFuture<SubscribeReceipt> subscribe(
      String filter, SubscribeOptions wanted, Consumer<Delivery> handler) {
    topics.requireSubscribe(filter);
    CompletableFuture<SubscribeReceipt> result = new CompletableFuture<>();
    calls.onLoop(result, () -> incoming.subscribe(filter, wanted, handler, result));
    return result;
  }

  /** Unsubscribes now, or with the next connection if that resumes the session. */
  public CompletableFuture<Void> unsubscribe(String filter) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    calls.onLoop(result, () -> incoming.unsubscribe(filter, result));
    return result;
  }

  /** Tries other material, keeps it if the broker takes it, and else goes back. */
  public CompletableFuture<ConnectionInfo> rotate(Rotation rotation) {
    CompletableFuture<ConnectionInfo> result = new CompletableFuture<>();
    calls.onLoop(result, () -> connector.rotate(rotation, result));
    return result;
  }

  /** AUTH 0x19 on the live connection; completes when the broker accepted it and is proven anew. */
  public CompletableFuture<Void> reauthenticate() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    calls.onLoop(result, () -> reauthenticateNow(result));
    return result;
  }

  private void reauthenticateNow(CompletableFuture<Void> result) {
    Connection live = connector.live();
    if (live == null) {
      receipts.add(
          () ->
              result.completeExceptionally(
                  new IllegalStateException(
                      "re-authentication takes a live connection; try again once connected")));
      return;
    }
    live.reauthenticate(failure -> receipts.add(() -> settle(result, failure)));
  }

  private static void settle(CompletableFuture<Void> result, @Nullable MooringException failure) {
    if (failure == null) {
      result.complete(null);
    } else {
      result.completeExceptionally(failure);
    }
  }

  /** What was counted so far. Any thread. */
  @Override
  public ClientCounters counters() {
    return tally.snapshot(loop.nowNanos());
  }

  // --- close ------------------------------------------------------------------------------------

  /** Ends everything; every future that is still open completes. Any state, more than once. */
  public CompletableFuture<Void> close() {
    if (calls.beginClose()) {
      loop.execute(this::closeNow);
    }
    return calls.closed();
  }

  private void closeNow() {
    audits.end();
    outgoing.takeSubmitted();
    pump();
    ClientClosedException cause =
        new ClientClosedException("The client was closed before the broker answered.");
    connector.leave(
        DisconnectRequest.of(ReasonCode.SUCCESS), cause, () -> loop.execute(this::finishClose));
    calls.end();
    ClientClosedException left = outgoing.atClose();
    emptiness.end(left);
    session.abandon(left);
    outgoing.close(left, () -> loop.execute(this::finishClose));
    incoming.end(cause);
  }

  /** The farewell is over, or the disk has all. */
  private void finishClose() {
    if (--unfinished > 0) {
      return;
    }
    connector.tell(new ConnectionState.Closed());
    telemetry.end();
    receipts.add(() -> calls.closed().complete(null));
    loop.execute(loop::release); // after the flush of the receipts that were added above
  }
}
