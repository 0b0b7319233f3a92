package io.mooring.internal.net;

import io.mooring.HttpProxy;
import io.mooring.error.ErrorCode;
import io.mooring.error.TimeoutException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A tunnel that is asked of a proxy, by a caller that may block, and closed once it stands. */
public final class TunnelTrial {
  private TunnelTrial() {}

  /**
   * Tries it, on the caller's thread.
   *
   * @param deadlineNanos of {@link System#nanoTime}
   * @throws io.mooring.error.ProxyException if the proxy does not open it
   * @throws TimeoutException if the proxy does not answer by the deadline
   */
  public static void of(HttpProxy proxy, String host, int port, long deadlineNanos) {
    HttpConnect exchange = new HttpConnect(proxy, host, port);
    try (Socket socket = new Socket()) {
      connect(socket, proxy, exchange, deadlineNanos);
      ask(socket, exchange, deadlineNanos);
    } catch (SocketTimeoutException e) {
      throw new TimeoutException(
          ErrorCode.PROXY_TIMED_OUT,
          "The proxy "
              + proxy
              + " was reached, and did not open the tunnel to "
              + host
              + ":"
              + port
              + " in time. Check the broker from the proxy's host, and the proxy's log.",
          e);
    } catch (IOException e) {
      throw exchange.hungUp(e);
    }
  }

  private static void connect(
      Socket socket, HttpProxy proxy, HttpConnect exchange, long deadlineNanos) {
    try {
      socket.connect(new InetSocketAddress(proxy.host(), proxy.port()), millisUntil(deadlineNanos));
    } catch (IOException e) {
      throw exchange.unreachable(e);
    }
  }

  private static void ask(Socket socket, HttpConnect exchange, long deadlineNanos)
      throws IOException {
    byte[] request = exchange.request();
    OutputStream out = socket.getOutputStream();
    InputStream in = socket.getInputStream();
    try {
      out.write(request);
    } finally {
      Arrays.fill(request, (byte) 0);
    }
    byte[] chunk = new byte[1024];
    boolean standing = false;
    while (!standing) {
      socket.setSoTimeout(millisUntil(deadlineNanos));
      int count = in.read(chunk);
      if (count < 0) {
        throw exchange.hungUp(null);
      }
      standing = exchange.offer(ByteBuffer.wrap(chunk, 0, count));
    }
  }

  private static int millisUntil(long deadlineNanos) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    return (int) Math.max(1, Math.min(left, Integer.MAX_VALUE));
  }
}
