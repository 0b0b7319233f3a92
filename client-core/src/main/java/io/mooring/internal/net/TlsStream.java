package io.mooring.internal.net;

import io.mooring.HttpProxy;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import io.mooring.error.TimeoutException;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.TlsMachine;
import io.mooring.internal.tls.VerifiedServer;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One TLS connection for a caller that may block: ask once, read the answer, close. Everything,
 * handshake and token calls included, runs on the calling thread, which must be neither the event
 * loop nor the worker; one deadline covers all of it. An interrupt ends it.
 */
public final class TlsStream implements AutoCloseable {
  private static final int CHUNK = 17 * 1024;
  private static final long ADDRESS_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final Log LOG = Log.CONNECTION;

  private final String peer;
  private final TlsMachine tls;
  private final long deadlineNanos;
  private final ByteBuffer input = ByteBuffer.allocate(CHUNK);
  private final ByteBuffer output = ByteBuffer.allocate(CHUNK).limit(0);
  private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();

  private String phase = "the name was not resolved";
  private ErrorCode late = ErrorCode.NAME_LOOKUP_TIMED_OUT;
  private byte[] plaintext = new byte[0];
  private int position;
  private @Nullable Selector selector;
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;

  private TlsStream(String peer, TlsMachine tls, long deadlineNanos) {
    this.peer = peer;
    this.tls = tls;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * Connects and proves the server.
   *
   * @param tls a fresh machine, made for the same host and port; closed with this
   * @param deadlineNanos of {@link System#nanoTime}, for all that this stream will do
   * @throws io.mooring.error.MooringException if the network fails, the deadline passes, or the
   *     server is refused
   */
  public static TlsStream open(String host, int port, TlsMachine tls, long deadlineNanos) {
    return open(host, port, null, tls, deadlineNanos);
  }

  /**
   * The same through {@code proxy}, unless that is null.
   *
   * @throws io.mooring.error.ProxyException if the proxy does not carry the connection
   */
  public static TlsStream open(
      String host, int port, @Nullable HttpProxy proxy, TlsMachine tls, long deadlineNanos) {
    TlsStream stream = new TlsStream(host + ":" + port, tls, deadlineNanos);
    boolean done = false;
    try {
      if (proxy == null) {
        stream.connect(host, port);
      } else {
        stream.connect(proxy, new HttpConnect(proxy, host, port));
      }
      stream.handshake();
      done = true;
      return stream;
    } catch (IOException e) {
      throw stream.lost(e);
    } finally {
      if (!done) {
        stream.close();
      }
    }
  }

  /** The proof of the server's identity. */
  public VerifiedServer server() {
    return tls.server();
  }

  /** Sends all of {@code bytes}. */
  public void write(byte[] bytes) {
    tls.write(bytes, 0, bytes.length);
    try {
      flush();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /**
   * The next byte, waiting for it.
   *
   * @return -1 once the server has ended TLS in order
   * @throws NetworkException if the connection was cut instead
   */
  public int read() {
    if (position == plaintext.length && !fill()) {
      return -1;
    }
    return plaintext[position++] & 0xFF;
  }

  /** Says close_notify as far as the socket takes it at once, and closes. */
  @Override
  public void close() {
    tls.close();
    SocketChannel open = channel;
    if (open != null && open.isConnected()) {
      output.compact();
      tls.readOutput(output);
      output.flip();
      try {
        open.write(output);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "No farewell to " + peer, e);
      }
    }
    hangUp();
  }

  private void connect(String host, int port) throws IOException {
    InetAddress[] addresses = resolve(host);
    phase = "no TCP connection";
    late = ErrorCode.TCP_TIMED_OUT;
    IOException refusal = null;
    for (int i = 0; i < addresses.length; i++) {
      boolean last = i == addresses.length - 1;
      try {
        dial(new InetSocketAddress(addresses[i], port), last);
        phase = "TCP succeeded, TLS did not finish";
        late = ErrorCode.HANDSHAKE_TIMED_OUT;
        return;
      } catch (IOException e) {
        refusal = e;
        hangUp();
      }
    }
    throw new NetworkException(
        Refusal.codeOf(refusal),
        "No TCP connection to "
            + peer
            + ": "
            + refusal
            + ". Check host, port and route, and that the server listens.",
        refusal);
  }

  private void connect(HttpProxy proxy, HttpConnect exchange) throws IOException {
    try {
      connect(proxy.host(), proxy.port());
    } catch (NetworkException e) {
      throw e.code() == ErrorCode.NAME_NOT_RESOLVED ? e : exchange.unreachable(e);
    }
    phase = "the proxy was reached, and did not open the tunnel";
    late = ErrorCode.PROXY_TIMED_OUT;
    try {
      tunnel(exchange);
    } catch (IOException e) {
      throw exchange.hungUp(e);
    }
    phase = "TCP succeeded, TLS did not finish";
    late = ErrorCode.HANDSHAKE_TIMED_OUT;
  }

  private void tunnel(HttpConnect exchange) throws IOException {
    byte[] request = exchange.request();
    ByteBuffer asking = ByteBuffer.wrap(request);
    try {
      while (asking.hasRemaining()) {
        if (open().write(asking) == 0) {
          await(SelectionKey.OP_WRITE, deadlineNanos);
        }
      }
    } finally {
      Arrays.fill(request, (byte) 0);
    }
    boolean standing = false;
    while (!standing) {
      input.clear();
      int count = open().read(input);
      if (count < 0) {
        throw exchange.hungUp(null);
      }
      if (count == 0) {
        await(SelectionKey.OP_READ, deadlineNanos);
      }
      standing = exchange.offer(input.flip());
    }
    if (input.hasRemaining()) {
      throw exchange.talksAhead();
    }
  }

  private InetAddress[] resolve(String host) {
    CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();
    Resolver.resolve(
        host,
        (addresses, failure) -> {
          if (addresses == null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(addresses);
          }
        });
    try {
      return answer.get(leftNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new NetworkException(
          ErrorCode.NAME_NOT_RESOLVED,
          "The name " + host + " was not resolved. Check the name, and DNS on this device.",
          e.getCause() instanceof UnknownHostException unknown ? unknown : e);
    } catch (java.util.concurrent.TimeoutException e) {
      throw late(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
  }

  private void dial(InetSocketAddress address, boolean last) throws IOException {
    SocketChannel opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
    Selector own = Selector.open();
    selector = own;
    key = opened.register(own, 0);
    long patience = System.nanoTime() + ADDRESS_PATIENCE_NANOS;
    boolean connected = opened.connect(address);
    while (!connected) {
      if (!last && System.nanoTime() - patience > 0) {
        throw new IOException(address + " did not answer within 5 s");
      }
      await(SelectionKey.OP_CONNECT, last ? deadlineNanos : patience);
      connected = opened.finishConnect();
    }
  }

  private void hangUp() {
    close(channel);
    close(selector);
    channel = null;
    selector = null;
    key = null;
  }

  private void close(@Nullable Closeable resource) {
    if (resource != null) {
      try {
        resource.close();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "Closing the connection to " + peer, e);
      }
    }
  }

  private void handshake() throws IOException {
    tls.start();
    flush();
    while (tls.isHandshaking()) {
      receive();
      flush();
    }
    phase = "TCP and TLS succeeded, the answer did not come";
    late = ErrorCode.BROKER_TOO_SLOW;
  }

  /** Makes plaintext available; false at the orderly end of TLS. */
  private boolean fill() {
    position = 0;
    try {
      while (arrived.size() == 0) {
        if (tls.isClosedByPeer()) {
          plaintext = new byte[0];
          return false;
        }
        receive();
        if (!tls.isClosedByPeer()) {
          flush(); // TLS 1.3 may have asked for a key update
        }
      }
    } catch (IOException e) {
      throw lost(e);
    }
    plaintext = arrived.toByteArray();
    arrived.reset();
    return true;
  }

  private void receive() throws IOException {
    input.clear();
    int count = open().read(input);
    while (count == 0) {
      await(SelectionKey.OP_READ, deadlineNanos);
      count = open().read(input);
    }
    if (count < 0) {
      tls.closeInput(); // throws if the server cut the stream without close_notify
      throw new IOException("the server closed the connection");
    }
    try {
      tls.offer(input.flip(), arrived::write);
    } catch (MooringException e) {
      sendAlert(e);
      throw e;
    }
  }

  /** What the machine has to say about a record that it refused should still leave. */
  private void sendAlert(MooringException refusal) {
    try {
      flush();
    } catch (IOException | MooringException e) {
      refusal.addSuppressed(e);
    }
  }

  private void flush() throws IOException {
    try {
      while (output.hasRemaining() || tls.hasOutput()) {
        if (!output.hasRemaining()) {
          output.clear();
          tls.readOutput(output);
          output.flip();
        }
        if (open().write(output) == 0) {
          await(SelectionKey.OP_WRITE, deadlineNanos);
        }
      }
    } catch (IOException e) {
      readLastWords();
      throw e;
    }
  }

  /** A server that refuses says why and closes: the alert may lie behind the write that failed. */
  private void readLastWords() throws IOException {
    output.clear().limit(0);
    input.clear();
    while (open().read(input) > 0) {
      tls.offer(input.flip(), arrived::write);
      input.clear();
    }
  }

  private SocketChannel open() throws IOException {
    SocketChannel present = channel;
    if (present == null) {
      throw new IOException("the connection is closed");
    }
    return present;
  }

  private void await(int operation, long untilNanos) throws IOException {
    SelectionKey registered = key;
    Selector own = selector;
    if (registered == null || own == null) {
      throw new IOException("the connection is closed");
    }
    long wait = Math.max(0, Math.min(leftNanos(), untilNanos - System.nanoTime()));
    registered.interestOps(operation);
    own.selectedKeys().clear();
    own.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted(null);
    }
  }

  private long leftNanos() {
    long left = deadlineNanos - System.nanoTime();
    if (left <= 0) {
      throw late(null);
    }
    return left;
  }

  private TimeoutException late(@Nullable Throwable cause) {
    return new TimeoutException(
        late,
        peer + " was too slow: " + phase + " in time. Check the server, or raise the timeout.",
        cause);
  }

  private TimeoutException interrupted(@Nullable Throwable cause) {
    return new TimeoutException(
        ErrorCode.INTERRUPTED, "The wait for " + peer + " was interrupted: " + phase + ".", cause);
  }

  private NetworkException lost(IOException e) {
    if (tls.isHandshaking()) {
      return tls.handshakeCut(e);
    }
    return new NetworkException(
        ErrorCode.CONNECTION_CUT,
        "The connection to " + peer + " broke: " + e + ". Check the link and the server's log.",
        e);
  }
}
