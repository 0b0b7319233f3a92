package io.mooring.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A TLS server on loopback that says any bytes on cue: the adversary, and the exact peer.
 *
 * <pre>{@code
 * try (var broker = ScriptedBroker.builder().onConnection(wire -> {
 *       wire.expectConnect();
 *       wire.connack();               // skips SCRAM
 *       wire.readUntilClosed();
 *     }).start()) {
 *   ... connect to broker.port(), trusting broker.identity().root() ...
 *   assertTrue(broker.received(MqttType.PUBLISH).isEmpty());
 *   broker.verify();
 * }
 * }</pre>
 *
 * <p>Each connection takes the next script; once those are used up, the one given to {@link
 * Builder#onEveryConnection}. A TLS handshake that fails is no script failure: see {@link
 * #handshakeFailures}.
 *
 * <p>TLS 1.1 and older cannot be served by a JDK whose {@code jdk.tls.disabledAlgorithms} forbids
 * them, and that security property is read once for the whole JVM. To show a client an old server,
 * use {@link Builder#plaintext} and answer its ClientHello with {@link TlsBytes#serverHello}.
 */
public final class ScriptedBroker implements AutoCloseable {
  private static final Duration FINISH = Duration.ofSeconds(2);

  private final Builder options;
  private final TestIdentity identity;
  private final @Nullable SSLContext tls;
  private final BrokerState state = new BrokerState();
  private final List<ServerSocket> listeners;
  private final OwnThreads threads;
  private final Deque<Script> scripts;
  private final Set<Socket> sockets = new HashSet<>();
  private int accepted;

  private ScriptedBroker(Builder options) throws IOException {
    this.options = options;
    this.identity = options.identity == null ? TestCertificates.localhost() : options.identity;
    this.tls =
        options.plaintext || options.silent ? null : TestTls.server(identity, options.clientRoots);
    this.scripts = new ArrayDeque<>(options.scripts);
    this.listeners = LoopbackListeners.open(options.ipv6);
    this.threads = new OwnThreads("scripted-broker-" + port());
    listeners.forEach(listener -> threads.execute(() -> acceptFrom(listener)));
  }

  /**
   * Starts the description of a broker: TLS 1.3 and 1.2, a certificate of its own for localhost.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** The port on 127.0.0.1, and on ::1 if asked for. */
  public int port() {
    return listeners.get(0).getLocalPort();
  }

  /** {@code mqtts://localhost:port}. */
  public String uri() {
    return "mqtts://localhost:" + port();
  }

  /** What the broker presents; its {@code root()} is what a client should trust. */
  public TestIdentity identity() {
    return identity;
  }

  /** Appends the script of one more connection. */
  public void script(Script script) {
    synchronized (scripts) {
      scripts.add(script);
    }
  }

  /** Gives a cue that scripts wait for with {@link Wire#awaitCue}; it stays given. */
  public void cue(String name) {
    state.cue(name);
  }

  /** Every packet received so far, over all connections. */
  public List<MqttPacket> received() {
    return state.received();
  }

  /** The packets of one type received so far, over all connections. */
  public List<MqttPacket> received(MqttType type) {
    return received().stream().filter(packet -> packet.type() == type).toList();
  }

  /** The connections on which TLS was set up (or TCP, in plaintext), in that order. */
  public List<Wire> connections() {
    return state.wires();
  }

  /** Why TLS handshakes failed, in order: the alerts that clients sent, as the JDK words them. */
  public List<Exception> handshakeFailures() {
    return state.handshakeFailures();
  }

  /** How many TCP connections were accepted. */
  public int accepted() {
    synchronized (sockets) {
      return accepted;
    }
  }

  /** Waits until so many packets of a type have come, within the bound, and returns them. */
  public List<MqttPacket> awaitReceived(MqttType type, int count) throws InterruptedException {
    await(count + " x " + type, () -> received(type).size() >= count);
    return received(type);
  }

  /** Waits until so many connections are set up, within the bound, and returns the last of them. */
  public Wire awaitConnection(int count) throws InterruptedException {
    await(count + " connections", () -> connections().size() >= count);
    return connections().get(count - 1);
  }

  /** Waits until so many TLS handshakes have failed, within the bound. */
  public void awaitHandshakeFailures(int count) throws InterruptedException {
    await(count + " failed handshakes", () -> handshakeFailures().size() >= count);
  }

  /**
   * Waits, within the bound, for the scripts to end or to reach a part that only the client ends
   * ({@code stall}, {@code serve}, {@code readUntilClosed}).
   *
   * @throws AssertionError if a script failed, is still busy, or never ran
   */
  public void verify() throws InterruptedException {
    boolean settled = state.await(() -> state.running() == 0, options.bound.toNanos());
    throwFailures();
    if (!settled) {
      throw new AssertionError(
          state.running() + " scripts are still busy after " + options.bound + "; " + seen());
    }
    synchronized (scripts) {
      if (!scripts.isEmpty()) {
        throw new AssertionError(scripts.size() + " scripts never ran; " + seen());
      }
    }
  }

  /**
   * Closes listeners and connections and ends all threads.
   *
   * @throws AssertionError if a script failed before this call and {@link #verify} did not say so
   */
  @Override
  public void close() {
    state.close();
    closeSockets(listeners);
    List<Socket> open;
    synchronized (sockets) {
      open = List.copyOf(sockets);
    }
    closeSockets(open);
    boolean ended = threads.end(options.bound);
    throwFailures();
    if (!ended) {
      throw new AssertionError("A script did not end within " + options.bound + " of close()");
    }
  }

  private void acceptFrom(ServerSocket listener) {
    while (!listener.isClosed()) {
      try {
        begin(listener.accept());
      } catch (SocketException e) {
        // The listener was closed: that is how accept() is told to end.
        return;
      } catch (IOException e) {
        state.failed(e);
        return;
      }
    }
  }

  private void begin(Socket socket) throws IOException {
    int number;
    synchronized (sockets) {
      sockets.add(socket);
      number = ++accepted;
    }
    if (state.closing()) {
      socket.close();
      return;
    }
    Script script = nextScript(number);
    state.busy();
    threads.execute(new Conversation(number, socket, script));
  }

  private Script nextScript(int number) {
    synchronized (scripts) {
      Script next = scripts.poll();
      if (next != null) {
        return next;
      }
    }
    if (options.everyScript != null) {
      return options.everyScript;
    }
    return wire -> {
      throw new AssertionError("Connection " + number + " came, but no script is left for it");
    };
  }

  private void converse(Socket socket, Script script) throws IOException, InterruptedException {
    socket.setTcpNoDelay(true);
    if (options.silent) {
      new Wire(socket, socket, state, options.bound).stall();
      return;
    }
    Optional<Wire> opened = open(socket);
    if (opened.isPresent()) {
      Wire wire = opened.get();
      state.opened(wire);
      script.run(wire);
      state.idle();
      try {
        finish(socket, wire);
      } finally {
        state.busy();
      }
    }
  }

  private Optional<Wire> open(Socket socket) throws IOException {
    if (tls == null) {
      return Optional.of(new Wire(socket, socket, state, options.bound));
    }
    SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, false);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setProtocols(options.protocols);
    if (options.suites.length > 0) {
      parameters.setCipherSuites(options.suites);
    }
    parameters.setApplicationProtocols(options.alpn);
    if (!options.clientRoots.isEmpty()) {
      parameters.setNeedClientAuth(options.clientNeeded);
      if (!options.clientNeeded) {
        parameters.setWantClientAuth(true);
      }
    }
    secure.setSSLParameters(parameters);
    secure.setSoTimeout(Math.toIntExact(options.bound.toMillis()));
    // Before the handshake: JSSE gives no stream to read once close_notify has come behind it.
    Wire wire = new Wire(socket, secure, state, options.bound);
    try {
      secure.startHandshake();
    } catch (IOException e) {
      state.handshakeFailed(e);
      return Optional.empty();
    }
    return Optional.of(wire);
  }

  /** Lets the client read all that was sent: closing with unread input would reset the line. */
  private static void finish(Socket socket, Wire wire) {
    if (socket.isClosed()) {
      return;
    }
    try {
      wire.closeNotify();
      if (!socket.isOutputShutdown()) {
        socket.shutdownOutput();
      }
      socket.setSoTimeout(Math.toIntExact(FINISH.toMillis()));
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The client is gone already, or will not go: either way the script has had its say.
      return;
    }
  }

  private static void closeSockets(List<? extends Closeable> all) {
    for (Closeable each : all) {
      try {
        each.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot close a socket of the scripted broker", e);
      }
    }
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    if (!state.await(condition, options.bound.toNanos())) {
      throwFailures();
      throw new AssertionError("Waited " + options.bound + " for " + what + "; " + seen());
    }
  }

  private String seen() {
    return "%d connections accepted, %d failed handshakes %s, received %s"
        .formatted(accepted(), handshakeFailures().size(), handshakeFailures(), state.received());
  }

  private void throwFailures() {
    List<Throwable> failures = state.takeFailures();
    if (!failures.isEmpty()) {
      var failure =
          new AssertionError("A script failed: " + failures.get(0).getMessage(), failures.get(0));
      failures.stream().skip(1).forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private final class Conversation extends FutureTask<@Nullable Void> {
    private final int number;
    private final Socket socket;

    private Conversation(int number, Socket socket, Script script) {
      super(
          () -> {
            converse(socket, script);
            return null;
          });
      this.number = number;
      this.socket = socket;
    }

    /** Notes a failure before the client can see the end, so that no test overtakes it. */
    @Override
    protected void done() {
      try {
        get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        state.failed(new AssertionError("connection " + number + ": " + cause.getMessage(), cause));
      } catch (InterruptedException | CancellationException e) {
        Thread.currentThread().interrupt();
      } finally {
        closeSockets(List.of(socket));
        synchronized (sockets) {
          sockets.remove(socket);
        }
        state.idle();
      }
    }
  }

  /** Describes a {@link ScriptedBroker}. */
  public static final class Builder {
    private final List<Script> scripts = new ArrayList<>();
    private @Nullable Script everyScript;
    private @Nullable TestIdentity identity;
    private String[] protocols = {"TLSv1.3", "TLSv1.2"};
    private String[] suites = {};
    private String[] alpn = {};
    private List<X509Certificate> clientRoots = List.of();
    private boolean clientNeeded;
    private boolean plaintext;
    private boolean silent;
    private boolean ipv6;
    private Duration bound = Duration.ofSeconds(10);

    private Builder() {}

    /** What the broker presents; default: {@link TestCertificates#localhost()}. */
    public Builder identity(TestIdentity presented) {
      this.identity = presented;
      return this;
    }

    /** The TLS versions, by their JSSE names; default: TLSv1.3 and TLSv1.2. */
    public Builder protocols(String... names) {
      this.protocols = names.clone();
      return this;
    }

    /** The cipher suites, by their JSSE names; default: those of the JDK. */
    public Builder cipherSuites(String... names) {
      this.suites = names.clone();
      return this;
    }

    /** The ALPN protocols the broker knows; default: none. */
    public Builder alpn(String... names) {
      this.alpn = names.clone();
      return this;
    }

    /** Requires a client certificate below one of the roots. */
    public Builder requireClientCertificate(X509Certificate... roots) {
      this.clientRoots = List.of(roots);
      this.clientNeeded = true;
      return this;
    }

    /** Asks for a client certificate below one of the roots and goes on without one. */
    public Builder requestClientCertificate(X509Certificate... roots) {
      this.clientRoots = List.of(roots);
      this.clientNeeded = false;
      return this;
    }

    /** No TLS at all: scripts get the TCP stream. */
    public Builder plaintext() {
      this.plaintext = true;
      return this;
    }

    /** Accepts TCP and says nothing, not even TLS; scripts are not used. */
    public Builder silent() {
      this.silent = true;
      this.everyScript = Wire::stall;
      return this;
    }

    /** Listens on ::1 as well, on the same port. */
    public Builder alsoOnIpv6() {
      this.ipv6 = true;
      return this;
    }

    /** The bound of every wait, 10 s by default. */
    public Builder bound(Duration longest) {
      this.bound = longest;
      return this;
    }

    /** Appends the script of the next connection. */
    public Builder onConnection(Script script) {
      scripts.add(script);
      return this;
    }

    /** The script of all connections after those given by {@link #onConnection}. */
    public Builder onEveryConnection(Script script) {
      this.everyScript = script;
      return this;
    }

    /** Starts to listen. */
    public ScriptedBroker start() throws IOException {
      return new ScriptedBroker(this);
    }
  }
}
