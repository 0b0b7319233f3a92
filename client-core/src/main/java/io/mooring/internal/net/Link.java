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
import io.mooring.internal.wire.WireBuffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One outbound connection: TCP and TLS as one pipe of plaintext. Confined to the event loop;
 * handshake steps run on the worker, and while one does, the TLS machine belongs to it and the
 * socket is not read.
 */
public final class Link implements Outlet, Dialer.Outcome {
  /** The most that one turn of the loop reads from one socket, so that others get their turn. */
  static final int READ_CHUNK = 64 * 1024;

  static final int HANDSHAKE_CHUNK = 17 * 1024;

  private static final Log LOG = Log.CONNECTION;

  private static final int KEPT_CAPACITY = 16 * 1024;

  private final EventLoop loop;
  private final String peer;
  private final TlsMachine tls;
  private final LinkHandler handler;
  private final WireBuffer out;
  private final Ciphertext ciphertext;
  private final Loan loan;
  private final Intake intake;
  private LinkGate gate = LinkGate.OPEN;
  private @Nullable StreamTap tap;

  /** Set once TCP is connected. */
  private @Nullable SocketChannel channel;

  private @Nullable SelectionKey key;
  private LinkPhase phase = LinkPhase.NEW;
  private boolean tcpConnected;
  private boolean helloReady;
  private boolean readingPaused;
  private boolean ended;
  private @Nullable Opening opening;
  private @Nullable Farewell farewell;

  /** A link to {@code peer}, which names the broker in messages, over {@code tls}. */
  public Link(EventLoop loop, Errands errands, String peer, TlsMachine tls, LinkHandler handler) {
    this.loop = loop;
    this.out = new WireBuffer(loop.spareArray());
    this.peer = peer;
    this.tls = tls;
    this.ciphertext = new Ciphertext(tls);
    this.loan = new Loan(loop, errands, ciphertext);
    this.handler = handler;
    tls.whenPartIsReady(loan::send);
    this.intake = new Intake(tls, handler, () -> ended);
  }

  /** What was reached. */
  public LinkPhase phase() {
    return phase;
  }

  /** Connects to the first address that answers; makes the ClientHello meanwhile. */
  public void open(List<InetSocketAddress> candidates) {
    open(Opening.to(peer, loop, candidates, this));
  }

  /** The same through {@code proxy}, whose addresses these are, to {@code broker}. */
  public void open(HttpProxy proxy, List<InetSocketAddress> candidates, Endpoint broker) {
    Runnable reached = () -> phase = LinkPhase.PROXY;
    open(Opening.through(proxy, loop, candidates, broker, this, reached));
  }

  private void open(Opening way) {
    phase = LinkPhase.TCP;
    onWorker(tls::start, this::helloMade, tls::foresee);
    opening = way;
    way.begin();
  }

  @Override
  public WireBuffer out() {
    return out;
  }

  /** From now on {@code sluice} says what may leave. */
  public void gate(LinkGate sluice) {
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
      if (count > 0 && phase == LinkPhase.SECURE && !ended && tls.takesData()) {
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
    return !ciphertext.isEmpty();
  }

  /** Bytes that the gate holds back, or that the socket has not taken. */
  public int backlog() {
    return ciphertext.length(!loan.isOut()) + out.length();
  }

  /** Gives back buffers that a burst made grow. */
  public void trim() {
    if (!ended && !loan.isOut() && !isBacklogged()) {
      tls.trim();
      out.trim();
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
    if (ended || loan.isOut() || phase != LinkPhase.SECURE) {
      close();
      whenClosed.run();
      return;
    }
    encryptLast();
    tls.close();
    ended = true;
    phase = LinkPhase.ENDED;
    SocketChannel open = channel;
    SelectionKey current = key;
    if (open == null || current == null) {
      closeChannel();
      whenClosed.run();
      return;
    }
    Farewell leaving =
        new Farewell(
            loop,
            open,
            current,
            ciphertext,
            handler.attempt(),
            () -> {
              farewell = null;
              closeChannel();
              whenClosed.run();
            });
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
    loan.writeTo(open);
    key = registered;
    opening = null;
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
    handler.prepared();
    beginHandshake();
  }

  private void beginHandshake() {
    if (tcpConnected && helloReady) {
      phase = LinkPhase.TLS;
      flush();
    }
  }

  private void read(SocketChannel open) {
    ByteBuffer buffer =
        phase == LinkPhase.SECURE
            ? LoopBuffers.read(READ_CHUNK)
            : ByteBuffer.allocate(HANDSHAKE_CHUNK);
    int count;
    try {
      count = open.read(buffer);
    } catch (IOException e) {
      fail(
          phase == LinkPhase.TLS
              ? tls.handshakeCut(e)
              : lost(
                  ErrorCode.CONNECTION_CUT, "The connection to " + peer + " broke: " + e + ".", e));
      return;
    }
    if (count < 0) {
      IOException unsent = ciphertext.broken();
      if (phase == LinkPhase.TLS && unsent != null) {
        fail(tls.handshakeCut(unsent));
        return;
      }
      tls.closeInput(); // throws if the peer cut the stream without close_notify
      fail(lost(ErrorCode.CONNECTION_CUT, "The broker " + peer + " closed the connection.", null));
      return;
    }
    buffer.flip();
    if (phase == LinkPhase.TLS) {
      handshakeStep(buffer);
    } else {
      intake.offer(buffer);
      afterInput();
    }
  }

  private void handshakeStep(ByteBuffer input) {
    EarlyPlaintext early = new EarlyPlaintext();
    onWorker(() -> tls.offer(input, early), () -> handshakeStepDone(early), () -> {});
  }

  private void handshakeStepDone(EarlyPlaintext early) {
    if (tls.isHandshaking()) {
      flush();
      return;
    }
    phase = LinkPhase.SECURE;
    handler.secured(tls.server());
    if (!ended) {
      early.replay(handler);
      // Behind the CONNECT that the handler may have put there, so that both leave in one write.
      loop.atEndOfTurn(() -> guarded(this::greeted));
    }
  }

  private void greeted() {
    afterInput();
    SocketChannel open = channel;
    if (open != null) {
      QuickAck.on(open);
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
    if (awaited && !ended && phase == LinkPhase.SECURE && !isBacklogged()) {
      handler.drained();
    }
  }

  private void onWorker(Runnable step, Runnable after, Runnable meanwhile) {
    loan.lend(step, meanwhile, (failure, unsent) -> workerReturned(failure, unsent, after));
    updateInterest();
  }

  private void workerReturned(
      @Nullable MooringException failure, @Nullable IOException broken, Runnable after) {
    if (ended) {
      tls.close();
      return;
    }
    if (failure != null) {
      if (!helloReady) {
        handler.unprepared();
      }
      fail(failure);
      return;
    }
    guarded(after);
    if (!ended && broken != null) {
      guarded(() -> brokeWhileSending(broken));
    }
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
    if (ended || loan.isOut() || !tcpConnected) {
      return;
    }
    IOException broken = ciphertext.writeTo(channel);
    if (broken == null) {
      updateInterest();
    } else {
      brokeWhileSending(broken);
    }
  }

  /**
   * A broker that refuses says why and closes, and its word may lie unread behind the write that
   * failed. In the handshake the next read finds it, or the end, and the worker hears it.
   */
  private void brokeWhileSending(IOException broken) {
    if (phase == LinkPhase.TLS) {
      updateInterest();
      return;
    }
    if (phase == LinkPhase.SECURE) {
      intake.readLastWords(channel);
    }
    fail(
        lost(
            ErrorCode.CONNECTION_CUT,
            "The connection to " + peer + " broke while sending: " + broken + ".",
            broken));
  }

  private void updateInterest() {
    SelectionKey current = key;
    if (current == null || !current.isValid() || !tcpConnected) {
      return;
    }
    int operations = 0;
    if (!loan.isOut() && helloReady && !(readingPaused && phase == LinkPhase.SECURE)) {
      operations |= SelectionKey.OP_READ;
    }
    if (!loan.isOut() && isBacklogged() && ciphertext.broken() == null) {
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
    if (!loan.isOut()) {
      encryptLast();
      tls.close();
      IOException ignored = ciphertext.writeTo(channel); // what ends the link is known already
    }
    ended = true;
    phase = LinkPhase.ENDED;
    if (opening != null) {
      opening.cancel();
    }
    closeChannel();
  }

  /**
   * What the gate holds back stays here, but for the DISCONNECT behind it. What ends the link is
   * known already; that its last words found no way adds nothing.
   */
  private void encryptLast() {
    out.dropAllButFarewell(gate.open(out.length()));
    gate = LinkGate.OPEN;
    try {
      encrypt();
    } catch (MooringException e) {
      LOG.of(handler.attempt(), System.Logger.Level.DEBUG, "The last packets were not sent", e);
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
    loan.writeTo(null);
    key = null;
    if (open != null) {
      loop.hangUp(open);
    }
  }
}
