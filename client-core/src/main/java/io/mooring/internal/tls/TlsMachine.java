package io.mooring.internal.tls;

import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.error.TlsException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.function.Supplier;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ByteQueue;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;

/**
 * TLS client as a pure machine: ciphertext in, plaintext out, and back; no thread, no socket, no
 * lock. Never called by two threads at once; a caller that moves it from one thread to another
 * publishes it safely.
 *
 * <p>While {@link #isHandshaking()}, {@link #offer} runs PKIX, signatures and possibly a token:
 * call it, and {@link #start}, on a worker thread. Afterwards it only decrypts.
 */
public final class TlsMachine {
  /** Where decrypted application data goes. */
  @FunctionalInterface
  public interface PlaintextSink {
    /**
     * Takes application data. The bytes are valid during the call only. Must not throw: the
     * connection would end with internal_error.
     */
    void accept(byte[] buffer, int offset, int length);
  }

  private static final int IDLE_OUTPUT_BYTES = 64 * 1024;

  private final String peer;
  private final boolean hasIdentity;
  private final Records records;

  /**
   * {@link BeforeHandshake}, then bctls for the handshake, and for TLS 1.2; {@link EstablishedTls}
   * behind one of TLS 1.3.
   */
  private TlsLayer layer;

  private @Nullable Runnable whenPartIsReady;
  private @Nullable MooringException failure;
  private boolean started;
  private boolean closed;
  private boolean closedByPeer;

  /**
   * Makes a machine for one connection.
   *
   * @param host a DNS name in A-label form, or an IP literal without brackets, as {@link
   *     io.mooring.Endpoint} gives it
   * @param port for messages
   * @param identity the certificate to answer a broker's request with, or null
   * @param binding the channel binding to take at the end of the handshake, or null
   * @param clock judges the dates of certificates
   */
  public TlsMachine(
      TlsPolicy policy,
      String host,
      int port,
      @Nullable DeviceIdentity identity,
      @Nullable ChannelBinding binding,
      Clock clock) {
    this(policy, host, port, identity, binding == null ? null : () -> binding, clock, null);
  }

  /**
   * The same, but {@link #start} asks for the channel binding; {@code watch} hears how the
   * handshake goes.
   */
  public TlsMachine(
      TlsPolicy policy,
      String host,
      int port,
      @Nullable DeviceIdentity identity,
      @Nullable Supplier<@Nullable ChannelBinding> binding,
      Clock clock,
      @Nullable HandshakeWatch watch) {
    this.peer = host + ":" + port;
    this.hasIdentity = identity != null;
    this.records = new Records(peer);
    this.layer = new BeforeHandshake(policy, host, port, identity, binding, clock, watch);
  }

  /**
   * {@code send} is to run amid {@link #offer}, on its thread, when a part of a flight lies in the
   * output and the rest takes its time, since this device signs: the peer can check the certificate
   * meanwhile. Before {@link #start}.
   */
  public void whenPartIsReady(Runnable send) {
    whenPartIsReady = send;
  }

  /**
   * Begins the handshake: the ClientHello lies in the output afterwards. What TLS consists of is
   * made here and not by the constructor, which costs next to nothing.
   *
   * @throws IllegalStateException if it was begun before
   */
  public void start() {
    if (started || !(layer instanceof BeforeHandshake terms)) {
      throw new IllegalStateException("the handshake with " + peer + " was begun before");
    }
    started = true;
    ClientProtocol handshake = terms.handshake(whenPartIsReady);
    whenPartIsReady = null; // an idle connection holds nothing that it needs no more
    layer = handshake;
    try {
      handshake.begin();
    } catch (IOException e) {
      throw fail(translate(e));
    }
  }

  /**
   * While the broker's answer is on its way, checks the chain that it presented in the last
   * handshake that ended well: should it present the same again, {@link #offer} has the result. For
   * the thread that ran {@link #start} and will run {@link #offer}, in between; meanwhile the
   * machine may be somebody else's.
   */
  public void foresee() {
    if (layer instanceof ClientProtocol handshake) {
      handshake.foresee();
    }
  }

  /**
   * Takes what the network brought, all of it. A direct buffer costs a copy, an array-backed one
   * does not. Bytes after the broker's close_notify are ignored.
   *
   * @throws MooringException if TLS or the check of the broker fails; an alert may then lie in the
   *     output. The machine is dead, and throws the same again.
   */
  public void offer(ByteBuffer ciphertext, PlaintextSink sink) {
    requireStarted();
    if (failure != null) {
      throw failure;
    }
    if (closed || closedByPeer) {
      ciphertext.position(ciphertext.limit());
      return;
    }
    try {
      records.offer(ciphertext, (buffer, offset, length) -> process(buffer, offset, length, sink));
    } catch (MooringException e) {
      throw fail(e);
    }
  }

  /** True from {@link #start} until the handshake ends, well or badly. */
  public boolean isHandshaking() {
    return started && failure == null && !closed && layer.verifiedServer() == null;
  }

  /**
   * The proof that the broker is the one dialled.
   *
   * @throws IllegalStateException if the handshake has not ended well
   */
  public VerifiedServer server() {
    VerifiedServer server = layer.verifiedServer();
    if (server == null || failure != null) {
      throw new IllegalStateException("the handshake with " + peer + " has not ended well");
    }
    return server;
  }

  /**
   * Encrypts application data into the output.
   *
   * @throws IllegalStateException before the handshake has ended, or after {@link #close}
   * @throws NetworkException if the broker has closed the connection
   */
  public void write(byte[] plaintext, int offset, int length) {
    if (failure != null) {
      throw failure;
    }
    if (closed || layer.verifiedServer() == null) {
      throw new IllegalStateException(
          closed ? "TLS to " + peer + " is closed" : "the handshake has not ended");
    }
    if (closedByPeer) {
      throw new NetworkException(
          ErrorCode.CLOSED_BY_PEER,
          "The broker at "
              + peer
              + " closed the connection. Reconnect; see its log for the reason.",
          null);
    }
    try {
      layer.seal(plaintext, offset, length);
    } catch (IOException e) {
      throw fail(translate(e));
    }
  }

  /** True while {@link #write} can succeed: proven, and closed by neither side. */
  public boolean takesData() {
    return failure == null && !closed && !closedByPeer && layer.verifiedServer() != null;
  }

  /** True if ciphertext waits to be sent. */
  public boolean hasOutput() {
    return output() > 0;
  }

  /** Bytes of ciphertext that wait to be sent. */
  public int output() {
    return layer.output().available();
  }

  /** Moves waiting ciphertext into {@code target}, as much as it takes; returns how much. */
  public int readOutput(ByteBuffer target) {
    int waiting = output();
    int moved = Math.min(waiting, target.remaining());
    ByteQueue queue = layer.output();
    queue.removeData(target, moved, 0);
    if (moved == waiting && moved > IDLE_OUTPUT_BYTES) {
      queue.shrink();
    }
    return moved;
  }

  /**
   * The TCP stream ended.
   *
   * @throws NetworkException if the broker did not say close_notify: what came may be cut short
   */
  public void closeInput() {
    if (closed || closedByPeer || failure != null) {
      return;
    }
    throw fail(cut());
  }

  /** True once the broker's close_notify came; everything it sent before has been delivered. */
  public boolean isClosedByPeer() {
    return closedByPeer;
  }

  /** Gives back what the next record can make anew; worth a call when a connection falls idle. */
  public void trim() {
    layer.trim();
  }

  /**
   * Queues close_notify if there is anybody to tell, and wipes the keys. Idempotent, never throws.
   */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (started) {
      layer.closeQuietly();
    }
    records.release();
    layer.wipe();
  }

  private boolean process(byte[] buffer, int offset, int length, PlaintextSink sink) {
    boolean handshaking = layer.verifiedServer() == null;
    try {
      layer.takeRecord(buffer, offset, length, sink);
      if (handshaking
          && layer.verifiedServer() != null
          && layer instanceof ClientProtocol handshake) {
        layer = handshake.handshakeEnded();
      }
    } catch (IOException e) {
      if (isCloseNotify(e)) {
        closedByPeer = true;
        return false;
      }
      throw translate(e);
    }
    if (layer.closeNotifyReceived()) {
      closedByPeer = true;
    }
    return !closedByPeer;
  }

  /** Some servers send close_notify as a fatal alert. */
  private static boolean isCloseNotify(IOException e) {
    return e instanceof TlsFatalAlertReceived alert
        && alert.getAlertDescription() == AlertDescription.close_notify;
  }

  private MooringException translate(IOException e) {
    if (e.getCause() instanceof MooringException ours) {
      return ours;
    }
    if (e instanceof TlsFatalAlertReceived alert) {
      return Alerts.received(
          alert.getAlertDescription(),
          peer,
          layer.certificateRequested() && !layer.hasDelivered(),
          hasIdentity,
          e);
    }
    if (e instanceof TlsFatalAlert alert) {
      return Alerts.raised(alert.getAlertDescription(), detail(alert), peer, e);
    }
    return new TlsException(
        "TLS with "
            + peer
            + " failed: "
            + Subjects.printable(String.valueOf(e.getMessage()))
            + ". Reconnect; if it repeats, keep the cause of this exception for a report.",
        e);
  }

  private static String detail(TlsFatalAlert alert) {
    String message = String.valueOf(alert.getMessage());
    String name = AlertDescription.getText(alert.getAlertDescription());
    return message.startsWith(name)
        ? message.substring(name.length()).replaceFirst("^; ", "")
        : message;
  }

  private NetworkException cut() {
    if (layer.verifiedServer() != null) {
      String hint =
          layer.certificateRequested() && !layer.hasDelivered()
              ? " It had asked for a client certificate, and may have refused "
                  + (hasIdentity ? "this device's one." : "a device without one.")
              : "";
      return cut(
          ErrorCode.CONNECTION_CUT,
          "The connection to "
              + peer
              + " was cut: TCP ended without TLS close_notify."
              + hint
              + " What came before is genuine but may be incomplete. Reconnect.",
          null);
    }
    return handshakeCut(null);
  }

  /** What the end of TCP means while the handshake runs; {@code reset} if it was no orderly one. */
  public NetworkException handshakeCut(@Nullable IOException reset) {
    String how = reset == null ? "" : " (" + reset.getMessage() + ")";
    if (!records.spokeTls()) {
      return cut(
          ErrorCode.CLOSED_BEFORE_TLS,
          "The broker at "
              + peer
              + " closed the connection during the TLS handshake without a word of TLS"
              + how
              + ". Check the port (1883 is plaintext), and whether the broker or a firewall refuses this address.",
          reset);
    }
    return cut(
        ErrorCode.CLOSED_DURING_HANDSHAKE,
        "The broker at "
            + peer
            + " closed the connection in the middle of the TLS handshake"
            + how
            + ". See the broker's log for the reason; reconnect.",
        reset);
  }

  private static NetworkException cut(ErrorCode code, String what, @Nullable IOException cause) {
    return new NetworkException(code, what, cause);
  }

  private MooringException fail(MooringException e) {
    failure = e;
    records.release();
    layer.destroySecrets();
    return e;
  }

  private void requireStarted() {
    if (!started) {
      throw new IllegalStateException("start() comes first");
    }
  }
}
