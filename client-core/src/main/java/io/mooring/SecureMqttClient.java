package io.mooring;

import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.TimeoutException;
import io.mooring.internal.engine.Delivery;
import io.mooring.internal.engine.DisconnectRequest;
import io.mooring.internal.engine.Engine;
import io.mooring.internal.telemetry.Log;
import io.mooring.outbox.OutboxRecovery;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT 5 client that speaks TLS only, sends nothing before the broker is proven, and never
 * listens.
 *
 * <p>All methods may be called from any thread. Methods that return a {@link CompletionStage} never
 * block; stages complete on a thread of the client (or on the configured executor), never on the
 * event loop. The blocking forms throw {@link MooringException}s directly.
 *
 * <p>A lost connection is made again by itself, unless {@link Reconnect#none} is set: messages
 * accepted and not yet acknowledged, and subscriptions, wait for the next connection. They are held
 * in memory and end with {@link #close}, but for the messages in an {@link ClientBuilder#outbox
 * outbox}.
 */
public final class SecureMqttClient implements AutoCloseable {
  private static final Log LOG = Log.CONNECTION;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  /** What stopped a client is told to all who wait, as often as they ask; it must not grow. */
  private static final int MOST_CALL_SITES = 8;

  private final Engine engine;

  /** Completes after the close of the engine. */
  private final CompletableFuture<Void> ended;

  SecureMqttClient(Engine engine, CompletableFuture<Void> ended) {
    this.engine = engine;
    this.ended = ended;
  }

  /** Starts to configure a client; see each option for its default. */
  public static ClientBuilder builder() {
    return new ClientBuilder();
  }

  /**
   * Connects and returns once TLS identity and, where a mutual method is configured, the broker's
   * proof have been verified and CONNACK has accepted the device. Tries each broker once, {@code
   * connectTimeout} at most each, and throws what the last one said; it does not wait for the
   * network to come up: {@link #start} does. While connected it returns at once; while the next
   * attempt is waited for, it makes that at once.
   *
   * <p>Once connected, the client goes on by itself after a loss, unless {@link Reconnect#none} is
   * set.
   *
   * <p>Subscribe before: what the broker kept for the session may arrive with CONNACK, and what
   * fits no subscription goes to {@link ClientBuilder#unsolicited}, or is dropped.
   *
   * @throws io.mooring.error.ServerIdentityException path, host name or pin does not hold
   * @throws io.mooring.error.ServerProofException the broker does not know this device's credential
   * @throws io.mooring.error.BrokerRefusalException the broker refused the device
   * @throws io.mooring.error.ListeningSocketException this process listens, and {@code
   *     outboundOnly} refuses to connect then
   * @throws io.mooring.error.NetworkException no way through, or the deadline passed
   * @throws MooringException the other cases of {@link io.mooring.error}
   */
  public ConnectionInfo connect() {
    requireNotOwnThread("connect()");
    return await(engine.connect(), "connect()");
  }

  /**
   * Seeks a connection in the background from now on, and again after each loss, until {@link
   * #disconnect} or {@link #close}; returns at once and never throws for what the network does. A
   * device may boot offline: what it publishes meanwhile waits, within the bounds. The {@link
   * ConnectionListener} and {@link #state} tell how it goes. After {@link ConnectionState.Stopped}
   * it resumes; on a client that seeks or has a connection it does nothing.
   *
   * <p>Subscribe before, as with {@link #connect}.
   *
   * @throws IllegalStateException with {@link Reconnect#none}, which has no background
   * @throws io.mooring.error.ClientClosedException after {@link #close}
   */
  public void start() {
    engine.start();
  }

  /**
   * Waits for a connection that {@link #start} or a loss has set the client to seek, through as
   * many attempts as that takes.
   *
   * @param patience how long to wait, more than zero; the client goes on seeking after it
   * @throws TimeoutException if there was none by then
   * @throws IllegalArgumentException if {@code patience} is not more than zero
   * @throws MooringException what stopped the client, if no retry cures it
   * @throws IllegalStateException if nothing seeks a connection
   */
  public ConnectionInfo awaitConnected(Duration patience) {
    requireNotOwnThread("awaitConnected()");
    long nanos = nanos(patience);
    return await(
        engine.connected(),
        "awaitConnected()",
        nanos,
        () -> "No connection within " + millis(nanos) + " ms; " + lately() + ".");
  }

  private String lately() {
    ConnectionState now = engine.state();
    return now instanceof ConnectionState.Waiting waiting
        ? "the last attempt: " + waiting.cause().getMessage()
        : "the client is still seeking one: " + now;
  }

  /**
   * Looks now instead of later; to be called when the network has changed (a new address, a link
   * that came up). Returns at once.
   *
   * <ul>
   *   <li>While the next attempt is waited for, it is made at once, though not within the first
   *       back-off after the one before.
   *   <li>While an attempt is under way, it goes on; if it fails, the next one comes as above.
   *   <li>While connected, PINGREQ is sent. If nothing has come from the broker within 5 s, the
   *       connection is lost, and another is sought.
   *   <li>After {@link ConnectionState.Stopped} the client resumes.
   *   <li>Otherwise it does nothing: it starts no client that was not to be connected.
   * </ul>
   */
  public void retryNow() {
    engine.retryNow();
  }

  /** Where the client stands now. The {@link ConnectionListener} may hear of it later. */
  public ConnectionState state() {
    return engine.state();
  }

  /** {@link #connect} without blocking. */
  public CompletionStage<ConnectionInfo> connectAsync() {
    return engine.connect().minimalCompletionStage();
  }

  /**
   * Takes a message, to be sent now or over the next connection; never waits for disk or network.
   * What became of it is told by the two stages of the {@link Publication}.
   *
   * @throws io.mooring.error.PublishNotAllowedException if the topic policy does not allow it
   * @throws io.mooring.error.QueueFullException if the bounded queue is full; nothing was accepted
   */
  public Publication publish(Message message) {
    return engine.publish(Objects.requireNonNull(message, "message"));
  }

  /** {@link #publish(Message)} of a QoS 1 message. */
  public Publication publish(String topic, byte[] payload) {
    return publish(Message.of(topic, payload));
  }

  /** {@link #publish(Message)} of a QoS 1 message with a text payload. */
  public Publication publish(String topic, String payload) {
    return publish(Message.of(topic, payload));
  }

  /**
   * Publishes and waits for the receipt. A message that timed out stays accepted and may still be
   * delivered.
   *
   * @param patience how long to wait, more than zero
   * @throws IllegalArgumentException if {@code patience} is not more than zero; nothing was
   *     accepted
   * @throws TimeoutException if the broker has not acknowledged it by then
   * @throws io.mooring.error.PublishException if it was refused, by the broker or the topic policy
   */
  public PublishReceipt publishAndWait(Message message, Duration patience) {
    requireNotOwnThread("publish to " + message.topic());
    long nanos = nanos(patience);
    CompletableFuture<PublishReceipt> receipt =
        engine.receipt(Objects.requireNonNull(message, "message"));
    return await(
        receipt,
        "publish to " + message.topic(),
        nanos,
        () ->
            "No acknowledgement within "
                + millis(nanos)
                + " ms: publish to "
                + message.topic()
                + ". It stays accepted and may still be delivered. Check the connection state.");
  }

  /**
   * Completes once nothing is left to deliver: every message taken until now, in this run or found
   * in the outbox, was acknowledged, refused, dropped or has expired. Does not connect. Fails with
   * {@link io.mooring.error.ClientClosedException} if the client is closed before.
   */
  public CompletionStage<Void> drained() {
    return engine.drained().minimalCompletionStage();
  }

  /**
   * Messages accepted, in this run or in an earlier one that left them in the outbox, and neither
   * delivered nor failed.
   */
  public int pending() {
    return engine.pending();
  }

  /** What was found when the outbox was opened; null without an outbox. */
  public @Nullable OutboxRecovery outboxRecovery() {
    return engine.recovery();
  }

  /**
   * {@link #subscribe(String, SubscribeOptions, MessageHandler)} with {@link
   * SubscribeOptions#DEFAULT}: QoS 1, automatic acknowledgement.
   */
  public CompletionStage<SubscribeReceipt> subscribe(String filter, MessageHandler handler) {
    return subscribe(filter, SubscribeOptions.DEFAULT, handler);
  }

  /**
   * Subscribes now, or as soon as there is a connection, and again whenever the broker lost the
   * session. A subscription with the same filter is replaced: its handler is not called any more,
   * and what it has not handled goes to the new one. A shared subscription is written {@code
   * $share/NAME/FILTER}.
   *
   * <p>The stage completes with the broker's first answer. It has no bound of its own: without a
   * connection it waits, and the loss of one does not end it. It fails with
   *
   * <ul>
   *   <li>{@link io.mooring.error.SubscribeRefusedException} if the broker refuses (SUBACK), with
   *       its Reason Code;
   *   <li>another {@link io.mooring.error.SubscribeException} if nothing was sent, since the broker
   *       does not offer this kind of subscription or takes no packet of that size, and if the
   *       subscription was replaced or ended before the answer came;
   *   <li>{@link io.mooring.error.ClientClosedException} if the client is closed before.
   * </ul>
   *
   * <p>A subscription whose stage failed is forgotten: it is not asked for again with the next
   * connection; call this again. So is one that the broker refuses later, when it is made again
   * after a lost session. One that is not sent then, since another broker does not offer it, waits
   * for the next connection. The log tells of both at WARNING, and {@link
   * io.mooring.telemetry.ClientEvent.SubscribeRefused} does.
   *
   * @throws IllegalArgumentException if {@code filter} is not a Topic Filter (MQTT 5, section 4.7),
   *     or is a shared subscription with {@link SubscribeOptions#noLocal}
   * @throws io.mooring.error.SubscribeNotAllowedException if the topic policy does not allow it;
   *     without a policy, if no level of {@code filter} is a text, as in {@code #} and {@code +/#}
   */
  public CompletionStage<SubscribeReceipt> subscribe(
      String filter, SubscribeOptions options, MessageHandler handler) {
    Topics.requireFilter(filter);
    if (options.noLocal() && filter.startsWith("$share/")) {
      throw new IllegalArgumentException(
          "noLocal on the shared subscription '" + filter + "' is a protocol error (3.8.3.1)");
    }
    Objects.requireNonNull(handler, "handler");
    return engine
        .subscribe(filter, options, handledBy(handler, options.manualAcknowledgement()))
        .minimalCompletionStage();
  }

  /**
   * Ends a subscription; its handler is not called from now on. Messages that wait for it are
   * acknowledged and not handled.
   *
   * <p>The broker is told now, or as soon as there is a connection on which it still has the
   * session, and again if the connection is lost before UNSUBACK. The stage completes with UNSUBACK
   * (0x11 No subscription existed included), or without one where nothing is left to be told: the
   * broker began a new session, was never asked for the subscription, or a later {@code subscribe}
   * with the same filter takes its place. What the broker sends until it has read UNSUBSCRIBE fits
   * no subscription any more.
   *
   * <p>The stage fails with {@link io.mooring.error.SubscribeRefusedException} if the broker
   * refuses, and with {@link io.mooring.error.ClientClosedException} if the client is closed
   * before.
   *
   * @throws IllegalArgumentException if {@code filter} is not a Topic Filter (MQTT 5, section 4.7)
   */
  public CompletionStage<Void> unsubscribe(String filter) {
    return engine.unsubscribe(Topics.requireFilter(filter)).minimalCompletionStage();
  }

  /**
   * Authenticates anew on the live connection (AUTH 0x19, MQTT 5, section 4.12.1) while messages
   * keep flowing. If the broker does not prove itself again, the connection ends with a {@link
   * io.mooring.error.ServerProofException}. A call while one runs joins it.
   *
   * <p>The stage fails with {@link IllegalStateException} without a live connection, and where
   * {@link ClientBuilder#authenticate} was not given an {@link
   * io.mooring.auth.EnhancedAuthenticator}; with {@link TimeoutException}, and the connection is
   * closed, if it takes longer than {@link ClientBuilder#connectTimeout}; and with what ended the
   * connection otherwise.
   */
  public CompletionStage<Void> reauthenticate() {
    return engine.reauthenticate().minimalCompletionStage();
  }

  /** What this client has counted since it was built. Any thread, any state; never blocks. */
  public ClientCounters counters() {
    return engine.counters();
  }

  /**
   * Tries a renewed certificate, another credential or another pin set on the running client, keeps
   * it if the broker takes it, and goes back to what it had if not. No message is lost, and the
   * session stays: a new SCRAM credential is tried in place by re-authentication (MQTT 5, section
   * 4.12.1), everything else over a new connection that takes the place of this one.
   *
   * <p>The stage completes once the new material is in use, and fails, with what the trial failed
   * with, once the old material is; the client then connects again with it. After a crash in
   * between the application starts with what it stored, so store the new material as pending first,
   * and drop the old only when this stage completes.
   *
   * <p>Fails with {@link IllegalStateException} without a live connection or while another rotation
   * is tried, and with {@link IllegalArgumentException} if method or user name change.
   */
  public CompletionStage<ConnectionInfo> rotate(Rotation rotation) {
    return engine.rotate(Objects.requireNonNull(rotation, "rotation")).minimalCompletionStage();
  }

  /**
   * Normal disconnection: the Will is not published. Nothing is sought from then on; {@link
   * #connect} and {@link #start} work again.
   */
  public CompletionStage<Void> disconnect() {
    return disconnect(DisconnectOptions.DEFAULT);
  }

  /**
   * {@link #disconnect(DisconnectOptions)} with a Reason Code alone.
   *
   * @param reason see {@link DisconnectOptions#withReason}
   * @throws IllegalArgumentException if a client may not send it
   */
  public CompletionStage<Void> disconnect(ReasonCode reason) {
    return disconnect(DisconnectOptions.DEFAULT.withReason(reason));
  }

  /**
   * Sends DISCONNECT and closes the connection; without one, it only ends the search for one, and
   * the session lasts as it was agreed when there was one.
   *
   * @throws IllegalArgumentException if the options ask for a session expiry above 0 and this
   *     client's own is 0 (MQTT 5, section 3.14.2.2.2)
   */
  public CompletionStage<Void> disconnect(DisconnectOptions options) {
    return engine.disconnect(DisconnectRequest.of(options)).minimalCompletionStage();
  }

  /**
   * Disconnects, fails what is still waiting with {@link io.mooring.error.ClientClosedException},
   * and gives back threads and sockets. What an outbox holds stays in it. Works in every state,
   * more than once, from any thread; waits at most 5 s for the farewell, and not at all on a thread
   * of this client.
   */
  @Override
  public void close() {
    CompletableFuture<Void> unused = engine.close();
    if (engine.mustNotBlock()) {
      return;
    }
    try {
      ended.get(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      LOG.log(System.Logger.Level.WARNING, "The client did not close within 5 s", e);
    }
  }

  /** Hands what the broker sent to {@code handler}, on the lane of its mailbox. */
  static Consumer<Delivery> handledBy(MessageHandler handler, boolean manual) {
    return delivery -> handle(delivery, handler, manual);
  }

  private static void handle(Delivery delivery, MessageHandler handler, boolean manual) {
    boolean ended = false;
    try {
      handler.onMessage(
          new ReceivedMessage(
              Message.received(delivery.publish()),
              delivery.publish().duplicate(),
              delivery.publish().subscriptionIdentifiers(),
              manual ? delivery::acknowledge : () -> {}));
      if (!manual) {
        delivery.handled();
      }
      ended = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      delivery.fail(e);
      ended = true;
    } catch (Exception e) { // the application's handler may throw anything; the next message comes
      delivery.fail(e);
      ended = true;
    } finally {
      if (!ended) {
        delivery.fail(null); // an Error is on its way to the thread's handler
      }
    }
  }

  private <T> T await(CompletableFuture<T> future, String what) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    } catch (ExecutionException e) {
      throw unwrap(e);
    }
  }

  private static <T> T await(
      CompletableFuture<T> future, String what, long nanos, Supplier<String> tooLate) {
    try {
      return future.get(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException(tooLate.get(), e);
    } catch (ExecutionException e) {
      throw unwrap(e);
    }
  }

  /** Whoever means "for ever" gives a duration of any length. */
  private static long nanos(Duration patience) {
    if (patience.compareTo(Duration.ZERO) <= 0) {
      throw new IllegalArgumentException("patience must be more than zero, and is " + patience);
    }
    return TimeUnit.NANOSECONDS.convert(patience);
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private void requireNotOwnThread(String what) {
    if (engine.mustNotBlock()) {
      throw new IllegalStateException(
          what + " blocks on the thread that would complete it; use the form that returns a stage");
    }
  }

  private static TimeoutException interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new TimeoutException(
        ErrorCode.INTERRUPTED, "Interrupted while waiting: " + what + ".", cause);
  }

  private static RuntimeException unwrap(ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof RuntimeException known) {
      if (known.getSuppressed().length < MOST_CALL_SITES) {
        known.addSuppressed(new CallSite());
      }
      return known;
    }
    return new IllegalStateException("a client future failed with a checked exception", cause);
  }

  /** Marks where the application waited, beside the stack of the event loop. */
  private static final class CallSite extends Exception {
    private static final long serialVersionUID = 1L;

    CallSite() {
      super("waited for here");
    }
  }
}
