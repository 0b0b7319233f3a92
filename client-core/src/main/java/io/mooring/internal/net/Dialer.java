package io.mooring.internal.net;

import io.mooring.error.MooringException;
import io.mooring.error.NetworkException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes a TCP connection to the first address that answers. Confined to the event loop. */
final class Dialer implements EventLoop.Ready {
  /** How long an address may stay silent while another one is left to try. */
  private static final long ADDRESS_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final EventLoop loop;
  private final String peer;
  private final Outcome outcome;
  private final Queue<InetSocketAddress> addresses;

  private @Nullable SocketChannel channel;
  private EventLoop.@Nullable Timer patience;
  private @Nullable IOException lastRefusal;

  /** Hears how it went, once, unless {@link Dialer#cancel} came first. */
  interface Outcome {
    /** Connected; nothing is watched for yet. */
    void connected(SocketChannel channel, SelectionKey key);

    /** No address answered. */
    void unreachable(MooringException cause);
  }

  Dialer(EventLoop loop, String peer, List<InetSocketAddress> addresses, Outcome outcome) {
    this.loop = loop;
    this.peer = peer;
    this.outcome = outcome;
    this.addresses = new ArrayDeque<>(addresses);
  }

  /** Tries the next address. */
  void dial() {
    for (InetSocketAddress next = addresses.poll(); next != null; next = addresses.poll()) {
      try {
        start(next);
        return;
      } catch (IOException e) {
        hangUp(e);
      }
    }
    outcome.unreachable(
        new NetworkException(
            Refusal.codeOf(lastRefusal),
            "No TCP connection to "
                + peer
                + ": "
                + lastRefusal
                + ". Check host, port and route, and that the broker listens.",
            lastRefusal));
  }

  /** Gives up; the outcome hears nothing. */
  void cancel() {
    stopPatience();
    close();
  }

  private void start(InetSocketAddress address) throws IOException {
    SocketChannel opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
    opened.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    boolean connected = connect(opened, address);
    SelectionKey registered = loop.register(opened, connected ? 0 : SelectionKey.OP_CONNECT, this);
    if (connected) {
      handOver(opened, registered);
    } else if (!addresses.isEmpty()) {
      patience =
          loop.schedule(
              loop.nowNanos() + ADDRESS_PATIENCE_NANOS,
              () -> redial(new IOException(address + " did not answer within 2 s")));
    }
  }

  /** An address that cannot be dialled at all is one that failed: the next may answer. */
  private static boolean connect(SocketChannel opened, InetSocketAddress address)
      throws IOException {
    try {
      return opened.connect(address);
    } catch (UnresolvedAddressException | UnsupportedAddressTypeException | SecurityException e) {
      throw new IOException(address + " cannot be dialled: " + e, e);
    }
  }

  @Override
  public void lost(Throwable cause) {
    redial(new IOException("The operating system watches the socket no longer", cause));
  }

  @Override
  public void ready(SelectionKey ready) {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    try {
      if (open.finishConnect()) {
        handOver(open, ready);
      }
    } catch (IOException e) {
      redial(e);
    }
  }

  private void handOver(SocketChannel open, SelectionKey registered) {
    stopPatience();
    registered.interestOps(0);
    channel = null;
    outcome.connected(open, registered);
  }

  private void redial(IOException refusal) {
    hangUp(refusal);
    dial();
  }

  private void hangUp(IOException refusal) {
    lastRefusal = refusal;
    stopPatience();
    close();
  }

  private void stopPatience() {
    if (patience != null) {
      patience.cancel();
      patience = null;
    }
  }

  private void close() {
    SocketChannel open = channel;
    channel = null;
    if (open != null) {
      loop.hangUp(open);
    }
  }
}
