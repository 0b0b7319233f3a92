package io.mooring.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A little HTTP proxy on loopback that knows CONNECT (RFC 9110, section 9.3.6), or answers it in
 * any other way. Names end at loopback, whatever they are: the client does not know them.
 */
public final class ConnectProxy implements AutoCloseable {
  private static final int LONGEST_REQUEST = 16 * 1024;
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final ServerSocket listener = LoopbackListeners.open(false).get(0);
  private final OwnThreads threads = new OwnThreads("connect-proxy");
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<String> requests = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final byte @Nullable [] answer;
  private final boolean hangUp;

  private ConnectProxy(byte @Nullable [] answer, boolean hangUp) throws IOException {
    this.answer = answer == null ? null : answer.clone();
    this.hangUp = hangUp;
    threads.execute(this::accept);
  }

  /** One that opens every tunnel. */
  public static ConnectProxy open() throws IOException {
    return new ConnectProxy(null, false);
  }

  /** One that answers every request by these bytes, and closes. */
  public static ConnectProxy answering(String bytes) throws IOException {
    return new ConnectProxy(bytes.getBytes(StandardCharsets.ISO_8859_1), true);
  }

  /** One that answers every request by these bytes, and then waits. */
  public static ConnectProxy waitingAfter(String bytes) throws IOException {
    return new ConnectProxy(bytes.getBytes(StandardCharsets.ISO_8859_1), false);
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The header sections that came, in order. */
  public List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** Waits until a client that got no tunnel has closed its end; false if it does not. */
  public boolean awaitClosed() throws InterruptedException {
    return ended.await(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    close(listener);
    synchronized (sockets) {
      sockets.forEach(ConnectProxy::close);
    }
    threads.end(BOUND);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = kept(listener.accept());
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // closed: that is how accept() is told to end
      }
    }
  }

  private void serve(Socket client) {
    try {
      String request = header(client.getInputStream());
      synchronized (requests) {
        requests.add(request);
      }
      byte[] fixed = answer;
      if (fixed != null) {
        client.getOutputStream().write(fixed);
        client.getOutputStream().flush();
        if (hangUp) {
          client.shutdownOutput();
        }
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
        client.close();
        ended.countDown();
        return;
      }
      String target = request.split(" ", 3)[1];
      int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
      Socket broker = kept(new Socket());
      broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      client.getOutputStream().write(ascii("HTTP/1.1 200 Connection established\r\n\r\n"));
      threads.execute(() -> carry(broker, client));
      carry(client, broker);
    } catch (IOException e) {
      close(client); // the client sees the end
    }
  }

  private Socket kept(Socket socket) {
    synchronized (sockets) {
      sockets.add(socket);
    }
    return socket;
  }

  private static void carry(Socket from, Socket to) {
    byte[] chunk = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        to.getOutputStream().write(Arrays.copyOf(chunk, count));
      }
      to.shutdownOutput();
    } catch (IOException e) {
      close(from); // either end is gone: so is the tunnel
      close(to);
    }
  }

  private static String header(InputStream in) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    while (!header.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || header.size() == LONGEST_REQUEST) {
        throw new IOException("no end of the request");
      }
      header.write(next);
    }
    return header.toString(StandardCharsets.ISO_8859_1);
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
