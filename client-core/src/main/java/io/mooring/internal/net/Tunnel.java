package io.mooring.internal.net;

import io.mooring.HttpProxy;
import io.mooring.error.MooringException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the {@link Dialer} and who waits for its socket: asks the HTTP proxy at the other
 * end to connect it to the broker, and hands it on once it is. Confined to the event loop.
 */
final class Tunnel implements Dialer.Outcome, EventLoop.Ready {
  private static final int CHUNK = 4 * 1024;

  private final EventLoop loop;
  private final HttpConnect exchange;
  private final Dialer.Outcome outcome;
  private final Runnable asking;
  private byte[] request = new byte[0];
  private int sent;
  private @Nullable SocketChannel channel;

  /** {@code asking} runs when the proxy is reached and the tunnel is asked for. */
  Tunnel(
      EventLoop loop,
      HttpProxy proxy,
      String host,
      int port,
      Dialer.Outcome outcome,
      Runnable asking) {
    this.loop = loop;
    this.exchange = new HttpConnect(proxy, host, port);
    this.outcome = outcome;
    this.asking = asking;
  }

  @Override
  public void connected(SocketChannel open, SelectionKey key) {
    channel = open;
    loop.handOver(open, key, this);
    asking.run();
    try {
      request = exchange.request();
      key.interestOps(SelectionKey.OP_WRITE);
    } catch (MooringException e) {
      fail(e);
    }
  }

  @Override
  public void unreachable(MooringException cause) {
    outcome.unreachable(exchange.unreachable(cause));
  }

  @Override
  public void ready(SelectionKey key) {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    try {
      if (sent < request.length) {
        ask(open, key);
      } else {
        listen(open, key);
      }
    } catch (MooringException e) {
      fail(e);
    } catch (IOException e) {
      fail(exchange.hungUp(e));
    }
  }

  @Override
  public void lost(Throwable cause) {
    fail(exchange.hungUp(cause));
  }

  /** Gives up; the outcome hears nothing. */
  void cancel() {
    SocketChannel open = channel;
    channel = null;
    wipe();
    if (open != null) {
      loop.hangUp(open);
    }
  }

  private void ask(SocketChannel open, SelectionKey key) throws IOException {
    sent += open.write(ByteBuffer.wrap(request, sent, request.length - sent));
    if (sent == request.length) {
      wipe();
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  /** A TLS server says nothing unasked: what comes with the answer is not looked for. */
  private void listen(SocketChannel open, SelectionKey key) throws IOException {
    ByteBuffer input = ByteBuffer.allocate(CHUNK);
    int count = open.read(input);
    if (count < 0) {
      throw exchange.hungUp(null);
    }
    if (exchange.offer(input.flip())) {
      if (input.hasRemaining()) {
        throw exchange.talksAhead();
      }
      channel = null;
      key.interestOps(0);
      outcome.connected(open, key);
    }
  }

  private void fail(MooringException cause) {
    if (channel != null) {
      cancel();
      outcome.unreachable(cause);
    }
  }

  private void wipe() {
    Arrays.fill(request, (byte) 0);
    sent = request.length;
  }
}
