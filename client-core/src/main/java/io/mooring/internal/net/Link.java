package io.mooring.internal.net;

import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import io.mooring.error.ErrorCode;
import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.telemetry.StreamTap;
import io.mooring.internal.tls.TlsMachine;
import io.mooring.internal.tls.VerifiedServer;
import io.mooring.internal.wire.WireBuffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One outbound connection: TCP and TLS as one pipe of plaintext. Confined to the event loop;
 * handshake steps run on the worker, and while one does, the TLS machine belongs to it and the
 * socket is not read.
 */
public final class Link implements Outlet, Dialer.Outcome {
  /** The most that one turn of the loop reads from one socket, so that others get their turn. */
  private static final int READ_CHUNK = 64 * 1024;

  /** How much of what a broker said before a broken write is read: an alert or DISCONNECT. */
  private static final int LAST_WORDS = 256 * 1024;

  /** Reads of one turn while waiting for the broker to close: others wait for the loop. */
  private static final int FAREWELL_READS = 16;

  private static final int HANDSHAKE_CHUNK = 17 * 1024;

  private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final Log LOG = Log.CONNECTION;

  private static final int KEPT_CAPACITY = 16 * 1024;

  private final EventLoop loop;
  private final Errands errands;
  private final String peer;
  private final TlsMachine tls;
  private final Handler handler;
  private final WireBuffer out = new WireBuffer();
  private Gate gate = Gate.OPEN;
  private @Nullable StreamTap tap;

  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private Phase phase = Phase.NEW;
  private boolean workerBusy;
  private boolean tcpConnected;
  private boolean helloReady;
  private boolean readingPaused;
  private boolean ended;
  private @Nullable ByteBuffer pendingOutput;
  private @Nullable Dialer dialer;
  private @Nullable Tunnel tunnel;
  private boolean delivering;
  private @Nullable RuntimeException deliveryFailure;
  private @Nullable Farewell farewell;

  /** What was reached; its words stand in the message of a deadline. */
  public enum Phase {
    NEW("nothing was sent"),
    TCP("no TCP connection"),
    PROXY("the proxy was reached, and did not open the tunnel"),
    TLS("TCP succeeded, TLS did not finish"),
    SECURE("TCP and TLS succeeded"),
    ENDED("the connection is closed");

    private final String words;

    Phase(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** What a link tells its owner, on the loop. An exception from one of these fails the link. */
  public interface Handler {
    /** The attempt to connect that this belongs to, for the log. */
    String attempt();

    /** TCP is connected; TLS begins. */
    void tcpConnected();

    /** The broker's identity holds; plaintext may flow. */
    void secured(VerifiedServer server);

    /** Bytes from the broker; the array is valid during the call only. */
    void plaintext(byte[] buffer, int offset, int length);

    /** All that one read brought was handed over: time to answer. */
    void readComplete();

    /**
     * The socket has taken what {@link Link#isBacklogged} told of: more may be encoded. Not told of
     * what {@link Link#send} itself got rid of.
     */
    void drained();

    /** The link is over; called once, unless {@link Link#close} was called first. */
    void failed(MooringException cause);
  }

  /** Says how much of what was written may leave already. */
  public interface Gate {
    /** Lets everything leave. */
    Gate OPEN = waiting -> waiting;

    /** How many of the first {@code waiting} bytes of {@link Link#out} may leave now. */
    int open(int waiting);

    /** {@code count} of them left. */
    default void left(int count) {}
  }

  /** A link to {@code peer}, which names the broker in messages, over {@code tls}. */
  public Link(EventLoop loop, Errands errands, String peer, TlsMachine tls, Handler handler) {
    this.loop = loop;
    this.errands = errands;
    this.peer = peer;
    this.tls = tls;
    this.handler = handler;
  }

  /** What was reached. */
  public Phase phase() {
    return phase;
  }

  /** Connects to the first address that answers; makes the ClientHello meanwhile. */
  public void open(List<InetSocketAddress> candidates) {
    open(peer, candidates, this);
  }

  /** The same through {@code proxy}, whose addresses these are, to {@code broker}. */
  public void open(HttpProxy proxy, List<InetSocketAddress> candidates, Endpoint broker) {
    Tunnel through =
        new Tunnel(loop, proxy, broker.host(), broker.port(), this, () -> phase = Phase.PROXY);
    tunnel = through;
    open("the proxy " + proxy, candidates, through);
  }

  private void open(String dialled, List<InetSocketAddress> candidates, Dialer.Outcome outcome) {
    phase = Phase.TCP;
    onWorker(tls::start, this::helloMade);
    Dialer dialling = new Dialer(loop, dialled, candidates, outcome);
    dialer = dialling;
    dialling.dial();
  }

  @Override
  public WireBuffer out() {
    return out;
  }

  /** From now on {@code sluice} says what may leave. */
  public void gate(Gate sluice) {
    gate = sluice;
  }

  /** From now on {@code listening}, if there is one, hears the plaintext. */
  public void tap(@Nullable StreamTap listening) {
    tap = listening;
  }

  /** The handler took this plaintext, be it of the handshake's last read or later. */
  public void heard(byte[] buffer, int offset, int length) {
    StreamTap listening = tap;
    if (listening != null) {
      listening.received(buffer, offset, length);
    }
  }

  @Override
  public void send() {
    encrypt();
    flush();
  }

  private void encrypt() {
    int waiting = out.length();
    int count = gate.open(waiting);
    try {
      if (count > 0 && phase == Phase.SECURE && !ended && tls.takesData()) {
        StreamTap listening = tap;
        if (listening != null) {
          listening.sent(out.array(), 0, count);
        }
        tls.write(out.array(), 0, count);
      }
    } finally {
      gate.left(count);
      if (count == waiting) {
        out.clear(KEPT_CAPACITY);
      } else {
        out.removeFirst(count);
      }
    }
  }

  @Override
  public boolean isBacklogged() {
    return pendingOutput != null || tls.hasOutput();
  }

  /** Bytes that the gate holds back, or that the socket has not taken. */
  public int backlog() {
    ByteBuffer pending = pendingOutput;
    return (workerBusy ? 0 : tls.output())
        + (pending == null ? 0 : pending.remaining())
        + out.length();
  }

  /** Gives back buffers that a burst made grow. */
  public void trim() {
    if (!ended && !workerBusy && !isBacklogged()) {
      tls.trim();
    }
  }

  /** Stops or resumes reading: what the application cannot take stays with the broker. */
  public void pauseReading(boolean paused) {
    readingPaused = paused;
    updateInterest();
  }

  /** Closes at once; what the socket takes still goes out. The handler hears nothing more. */
  public void close() {
    if (!ended) {
      shut();
    }
  }

  /**
   * Sends all that is written, and close_notify, and waits for the broker to close: 2 s at most.
   * The handler hears nothing more; {@code whenClosed} runs once the socket is gone.
   */
  public void closeGracefully(Runnable whenClosed) {
    if (ended || workerBusy || phase != Phase.SECURE) {
      close();
      whenClosed.run();
      return;
    }
    encryptLast();
    tls.close();
    ended = true;
    phase = Phase.ENDED;
    Farewell leaving = new Farewell(whenClosed);
    farewell = leaving;
    leaving.go();
  }

  private final class Watch implements EventLoop.Ready {
    @Override
    public void ready(SelectionKey ready) {
      Link.this.ready(ready);
    }

    @Override
    public void lost(Throwable cause) {
      Farewell leaving = farewell;
      if (leaving != null) {
        leaving.over();
      } else {
        fail(
            Link.this.lost(
                ErrorCode.NETWORK,
                "The operating system watches " + peer + " no longer: " + cause + ".",
                cause));
      }
    }
  }

  private void ready(SelectionKey ready) {
    SocketChannel open = channel;
    Farewell leaving = farewell;
    if (leaving != null) {
      leaving.go();
      return;
    }
    if (ended || open == null) {
      return;
    }
    guarded(
        () -> {
          if (ready.isValid() && ready.isWritable()) {
            flushAndTell();
          }
          if (!ended && ready.isValid() && ready.isReadable()) {
            read(open);
          }
        });
  }

  @Override
  public void connected(SocketChannel open, SelectionKey registered) {
    channel = open;
    key = registered;
    loop.handOver(open, registered, new Watch());
    guarded(
        () -> {
          tcpConnected = true;
          handler.tcpConnected();
          updateInterest();
          beginHandshake();
        });
  }

  @Override
  public void unreachable(MooringException cause) {
    fail(cause);
  }

  private void helloMade() {
    helloReady = true;
    beginHandshake();
  }

  private void beginHandshake() {
    if (tcpConnected && helloReady) {
      phase = Phase.TLS;
      flush();
    }
  }

  private void read(SocketChannel open) {
    ByteBuffer buffer =
        phase == Phase.SECURE ? LoopBuffers.read(READ_CHUNK) : ByteBuffer.allocate(HANDSHAKE_CHUNK);
    int count;
    try {
      count = open.read(buffer);
    } catch (IOException e) {
      fail(
          phase == Phase.TLS
              ? tls.handshakeCut(e)
              : lost(
                  ErrorCode.CONNECTION_CUT, "The connection to " + peer + " broke: " + e + ".", e));
      return;
    }
    if (count < 0) {
      tls.closeInput(); // throws if the peer cut the stream without close_notify
      fail(lost(ErrorCode.CONNECTION_CUT, "The broker " + peer + " closed the connection.", null));
      return;
    }
    buffer.flip();
    if (phase == Phase.TLS) {
      handshakeStep(buffer);
    } else {
      offer(buffer);
      afterInput();
    }
  }

  /** bctls must not see the handler throw: it would answer the broker with internal_error. */
  @SuppressWarnings("Finally") // the reason stands at the throw
  private void offer(ByteBuffer input) {
    delivering = true;
    try {
      tls.offer(input, this::deliver);
    } catch (MooringException e) {
      throwDeliveryFailure(e);
      throw e;
    } finally {
      delivering = false;
    }
    throwDeliveryFailure(null);
  }

  /** What the broker said comes before how it then closed TLS. */
  private void throwDeliveryFailure(@Nullable MooringException tlsFailure) {
    RuntimeException refused = deliveryFailure;
    if (refused != null) {
      deliveryFailure = null;
      if (tlsFailure != null) {
        refused.addSuppressed(tlsFailure);
      }
      throw refused;
    }
  }

  private void deliver(byte[] buffer, int offset, int length) {
    if (deliveryFailure != null || ended) {
      return;
    }
    try {
      handler.plaintext(buffer, offset, length);
    } catch (RuntimeException e) { // rethrown by offer
      deliveryFailure = e;
    }
  }

  private void handshakeStep(ByteBuffer input) {
    EarlyPlaintext early = new EarlyPlaintext();
    onWorker(() -> tls.offer(input, early), () -> handshakeStepDone(early));
  }

  private void handshakeStepDone(EarlyPlaintext early) {
    flush();
    if (ended || tls.isHandshaking()) {
      return;
    }
    phase = Phase.SECURE;
    handler.secured(tls.server());
    if (!ended) {
      early.replay(handler);
      afterInput();
    }
  }

  private void afterInput() {
    if (!ended) {
      handler.readComplete();
    }
    if (!ended && tls.isClosedByPeer()) {
      fail(
          lost(
              ErrorCode.CLOSED_BY_PEER, "The broker " + peer + " ended TLS (close_notify).", null));
    }
    if (!ended) {
      flushAndTell();
    }
  }

  /** Who saw a backlog waits to hear that it is gone, whatever it was that flushed it. */
  private void flushAndTell() {
    boolean awaited = isBacklogged();
    flush();
    if (awaited && !ended && phase == Phase.SECURE && !isBacklogged()) {
      handler.drained();
    }
  }

  /**
   * Runs {@code step} on the worker with the machine lent to it, then {@code after} on the loop.
   */
  private void onWorker(Runnable step, Runnable after) {
    workerBusy = true;
    updateInterest();
    errands.execute(
        () -> {
          MooringException failure = null;
          try {
            step.run();
          } catch (MooringException e) {
            failure = e;
          } catch (RuntimeException | LinkageError | OutOfMemoryError e) { // see guarded
            failure = InternalFaultException.of(e);
          }
          MooringException outcome = failure;
          loop.execute(() -> workerReturned(outcome, after));
        },
        () -> loop.execute(() -> workerReturned(null, after)));
  }

  private void workerReturned(@Nullable MooringException failure, Runnable after) {
    workerBusy = false;
    if (ended) {
      tls.close();
      return;
    }
    if (failure != null) {
      fail(failure);
      return;
    }
    guarded(after);
    if (!ended) {
      updateInterest();
    }
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (MooringException e) {
      fail(e);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Must end one link and at once, not the loop of all or after the deadline.
      fail(InternalFaultException.of(e));
    }
  }

  private void flush() {
    if (ended || workerBusy || !tcpConnected) {
      return;
    }
    IOException broken = writeWhatFits();
    if (broken != null) {
      readLastWords();
      fail(
          lost(
              ErrorCode.CONNECTION_CUT,
              "The connection to " + peer + " broke while sending: " + broken + ".",
              broken));
      return;
    }
    updateInterest();
  }

  /**
   * A broker that refuses says why and closes: the alert or DISCONNECT may lie unread behind the
   * write that failed. What it says is thrown in place of the broken pipe. Not from within a
   * delivery, whose bytes lie in the buffers that this would use.
   */
  private void readLastWords() {
    SocketChannel open = channel;
    if (open == null || phase != Phase.SECURE || delivering) {
      return;
    }
    ByteBuffer buffer = LoopBuffers.read(READ_CHUNK);
    try {
      int left = LAST_WORDS;
      while (!ended && left > 0) {
        int count = open.read(buffer);
        if (count <= 0) {
          return;
        }
        left -= count;
        offer(buffer.flip());
        buffer.clear();
      }
    } catch (IOException e) {
      LOG.of(handler.attempt(), System.Logger.Level.DEBUG, "No last words from " + peer, e);
    }
  }

  private @Nullable IOException writeWhatFits() {
    SocketChannel open = channel;
    if (open == null || !open.isConnected()) {
      return null;
    }
    try {
      ByteBuffer pending = pendingOutput;
      if (pending != null) {
        open.write(pending);
        if (pending.hasRemaining()) {
          return null;
        }
        pendingOutput = null;
      }
      while (tls.hasOutput()) {
        ByteBuffer chunk = LoopBuffers.write(READ_CHUNK);
        tls.readOutput(chunk);
        chunk.flip();
        open.write(chunk);
        if (chunk.hasRemaining()) {
          ByteBuffer rest = ByteBuffer.allocate(chunk.remaining());
          rest.put(chunk).flip();
          pendingOutput = rest;
          return null;
        }
      }
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  private void updateInterest() {
    SelectionKey current = key;
    if (current == null || !current.isValid() || !tcpConnected) {
      return;
    }
    int operations = 0;
    if (!workerBusy && helloReady && !(readingPaused && phase == Phase.SECURE)) {
      operations |= SelectionKey.OP_READ;
    }
    if (!workerBusy && isBacklogged()) {
      operations |= SelectionKey.OP_WRITE;
    }
    if (current.interestOps() != operations) {
      current.interestOps(operations);
    }
  }

  private NetworkException lost(ErrorCode code, String what, @Nullable Throwable cause) {
    return new NetworkException(code, what + " Check the link and the broker's log.", cause);
  }

  /** Ends the link with {@code cause}: an alert or DISCONNECT already written still goes out. */
  public void fail(MooringException cause) {
    if (ended) {
      return;
    }
    shut();
    handler.failed(cause);
  }

  private void shut() {
    if (!workerBusy) {
      encryptLast();
      tls.close();
      writeWhatFits();
    }
    ended = true;
    phase = Phase.ENDED;
    if (dialer != null) {
      dialer.cancel();
    }
    if (tunnel != null) {
      tunnel.cancel();
    }
    closeChannel();
  }

  /**
   * What the gate holds back stays here, but for the DISCONNECT behind it. What ends the link is
   * known already; that its last words found no way adds nothing.
   */
  private void encryptLast() {
    out.dropAllButFarewell(gate.open(out.length()));
    gate = Gate.OPEN;
    try {
      encrypt();
    } catch (MooringException e) {
      LOG.of(handler.attempt(), System.Logger.Level.DEBUG, "The last packets were not sent", e);
    }
  }

  /** The way out: write all, tell TCP, read until the broker has closed, or give up after 2 s. */
  private final class Farewell {
    private final Runnable whenClosed;
    private final EventLoop.Timer patience =
        loop.schedule(loop.nowNanos() + FAREWELL_NANOS, this::over);
    private boolean saidAll;

    Farewell(Runnable whenClosed) {
      this.whenClosed = whenClosed;
    }

    void go() {
      SocketChannel open = channel;
      SelectionKey current = key;
      if (open == null || current == null || !current.isValid()) {
        over();
        return;
      }
      try {
        if (!saidAll) {
          if (writeWhatFits() != null) {
            over();
            return;
          }
          if (isBacklogged()) {
            current.interestOps(SelectionKey.OP_WRITE);
            return;
          }
          saidAll = true;
          open.shutdownOutput();
          current.interestOps(SelectionKey.OP_READ);
        }
        int count = 1;
        for (int left = FAREWELL_READS; count > 0 && left > 0; left--) {
          count = open.read(LoopBuffers.read(READ_CHUNK));
        }
        if (count < 0) {
          over();
        }
      } catch (IOException e) {
        LOG.of(
            handler.attempt(),
            System.Logger.Level.DEBUG,
            "Nobody is left to say farewell to at " + peer,
            e);
        over();
      }
    }

    private void over() {
      patience.cancel();
      if (farewell == this) {
        farewell = null;
        closeChannel();
        whenClosed.run();
      }
    }
  }

  private void closeChannel() {
    StreamTap listening = tap;
    tap = null;
    if (listening != null) {
      listening.ended();
    }
    SocketChannel open = channel;
    channel = null;
    key = null;
    if (open != null) {
      loop.forget(open);
      try {
        open.close();
      } catch (IOException e) {
        LOG.of(
            handler.attempt(),
            System.Logger.Level.DEBUG,
            "The socket to " + peer + " is gone either way",
            e);
      }
    }
  }
}
