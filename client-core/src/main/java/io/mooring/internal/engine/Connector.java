package io.mooring.internal.engine;

import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.error.MooringException;
import io.mooring.internal.net.EventLoop;
import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.session.Session;
import io.mooring.internal.session.SessionState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's connections, one at a time: makes them, tells the application where it stands, and
 * ends them. Confined to the event loop.
 */
final class Connector implements Connection.Owner {
  private static final System.Logger LOG = System.getLogger(Connector.class.getName());

  private final EngineOptions options;
  private final EventLoop loop;
  private final SessionState session;
  private final Receipts receipts;
  private final Listener listener;
  private final List<CompletableFuture<ConnectionInfo>> connecting = new ArrayList<>();
  private @Nullable Connection connection;
  private @Nullable ConnectionInfo info;

  /** What the rest of the engine hears. */
  interface Listener {
    /** A session is live. */
    void connected(Connection live, boolean sessionPresent);

    /** A message came. */
    void message(Connection from, InboundPublish message);
  }

  Connector(
      EngineOptions options,
      EventLoop loop,
      SessionState session,
      Receipts receipts,
      Listener listener) {
    this.options = options;
    this.loop = loop;
    this.session = session;
    this.receipts = receipts;
    this.listener = listener;
  }

  /** The connection whose session is live, or null. */
  @Nullable Connection live() {
    return info == null ? null : connection;
  }

  /** The connection, live or being made, or null. */
  @Nullable Connection current() {
    return connection;
  }

  /** Runs {@code input} on the live session, if there is one, and sends what it wrote. */
  void withSession(Consumer<Session> input) {
    Connection current = connection;
    if (current != null) {
      current.withSession(input);
    }
  }

  // --- connect ----------------------------------------------------------------------------------

  /** Connects, joins an attempt under way, or answers with the live connection's facts. */
  void connect(CompletableFuture<ConnectionInfo> result) {
    ConnectionInfo live = info;
    if (live != null) {
      receipts.add(() -> result.complete(live));
      return;
    }
    connecting.add(result);
    if (connection == null) {
      attempt();
    }
  }

  private void attempt() {
    Connection attempt = new Connection(loop, options, session, this);
    connection = attempt;
    tell(new ConnectionState.Connecting());
    attempt.open();
  }

  @Override
  public void live(Connection live) {
    ConnectionInfo facts = live.info();
    info = facts;
    tell(new ConnectionState.Connected(facts));
    settleConnecting(future -> future.complete(facts));
    listener.connected(live, facts.sessionPresent());
  }

  @Override
  public void message(Connection from, InboundPublish message) {
    listener.message(from, message);
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

  // --- disconnect -------------------------------------------------------------------------------

  /**
   * Ends the connection, if there is one; {@code cause} is for those who wait for it to be made.
   */
  void leave(DisconnectRequest request, MooringException cause, Runnable done) {
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

  /** Tells the application's listener, off the loop. */
  void tell(ConnectionState state) {
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
