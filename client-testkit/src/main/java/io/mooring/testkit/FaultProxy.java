package io.mooring.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A TCP proxy on 127.0.0.1 that breaks the line when told, or after an exact number of bytes. It
 * sees what is on the wire, so over TLS it counts ciphertext.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final OwnThreads threads;
  private final List<Link> links = new ArrayList<>();
  private int connections;
  private boolean stalled;
  private boolean refusing;
  private boolean closed;
  private final Counter upstream = new Counter();
  private final Counter downstream = new Counter();

  private FaultProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket();
    listener.bind(new InetSocketAddress(Loopback.ipv4(), 0));
    this.threads = new OwnThreads("fault-proxy-" + port());
    threads.execute(this::accept);
  }

  /** A proxy to a port of 127.0.0.1. */
  public static FaultProxy to(int port) throws IOException {
    return new FaultProxy(new InetSocketAddress(Loopback.ipv4(), port));
  }

  /** A proxy to any host and port. */
  public static FaultProxy to(String host, int port) throws IOException {
    return new FaultProxy(new InetSocketAddress(host, port));
  }

  /** The port to connect to, on 127.0.0.1. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Closes every line in both directions, with FIN; bytes on their way are lost. */
  public void cut() {
    endLinks(false);
  }

  /** Resets every line in both directions. */
  public void reset() {
    endLinks(true);
  }

  /** Holds all bytes back, in both directions, on lines open and new. */
  public synchronized void stall() {
    stalled = true;
  }

  /** Ends {@link #stall}: what was held back goes on. */
  public synchronized void resume() {
    stalled = false;
    notifyAll();
  }

  /** Resets new connections at once, as a network that is down does; open lines stay. */
  public synchronized void refuse() {
    refusing = true;
  }

  /** Ends {@link #refuse}. */
  public synchronized void accepting() {
    refusing = false;
  }

  /**
   * Resets every line once so many further bytes have gone from client to server; then disarmed.
   */
  public synchronized void resetAfterClientBytes(long bytes) {
    upstream.arm(bytes);
  }

  /**
   * Resets every line once so many further bytes have gone from server to client; then disarmed.
   */
  public synchronized void resetAfterServerBytes(long bytes) {
    downstream.arm(bytes);
  }

  /** How many connections were passed on so far. */
  public synchronized int connections() {
    return connections;
  }

  /** How many bytes went from client to server so far. */
  public synchronized long clientBytes() {
    return upstream.total;
  }

  /** How many bytes went from server to client so far. */
  public synchronized long serverBytes() {
    return downstream.total;
  }

  /** Closes the listener and every line and ends all threads. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    closeQuietly(listener);
    cut();
    if (!threads.end(BOUND)) {
      throw new IllegalStateException("A thread of the proxy did not end within " + BOUND);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        open(listener.accept());
      } catch (IOException e) {
        // Either the listener was closed, or this one client or the target is gone; the next
        // connection finds out which.
      }
    }
  }

  private void open(Socket client) throws IOException {
    synchronized (this) {
      if (refusing || closed) {
        reset(client);
        return;
      }
    }
    Socket server = new Socket();
    try {
      server.connect(target, Math.toIntExact(BOUND.toMillis()));
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      server.close();
      reset(client);
      throw e;
    }
    Link link = new Link(client, server);
    synchronized (this) {
      if (closed) {
        link.end(false);
        return;
      }
      links.add(link);
      connections++;
    }
    threads.execute(() -> pump(link, client, server, upstream));
    threads.execute(() -> pump(link, server, client, downstream));
  }

  private void pump(Link link, Socket from, Socket to, Counter counter) {
    byte[] buffer = new byte[BUFFER];
    try {
      for (int read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        int allowed = pass(counter, read);
        to.getOutputStream().write(buffer, 0, allowed);
        if (tripped(counter)) {
          reset();
          return;
        }
      }
      to.shutdownOutput();
      if (from.isOutputShutdown()) {
        link.end(false);
      }
    } catch (IOException e) {
      // One side broke the line, so the other side gets a broken line too.
      link.end(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      link.end(false);
    }
  }

  /** Waits out a stall, then says how many of the bytes may go. */
  private synchronized int pass(Counter counter, int count) throws InterruptedException {
    while (stalled && !closed) {
      wait();
    }
    return counter.take(count);
  }

  private synchronized boolean tripped(Counter counter) {
    return counter.disarmIfUsedUp();
  }

  private void endLinks(boolean abruptly) {
    List<Link> ending;
    synchronized (this) {
      ending = List.copyOf(links);
      links.clear();
    }
    ending.forEach(link -> link.end(abruptly));
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close a socket of the proxy", e);
    }
  }

  private record Link(Socket client, Socket server) {
    void end(boolean abruptly) {
      for (Socket socket : List.of(client, server)) {
        try {
          if (abruptly && !socket.isClosed()) {
            socket.setSoLinger(true, 0);
          }
        } catch (IOException e) {
          // Closed by its peer in the meantime: nothing is left to reset.
        } finally {
          closeQuietly(socket);
        }
      }
    }
  }

  private static final class Counter {
    private static final long DISARMED = -1;

    private long total;
    private long left = DISARMED;

    private void arm(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException(bytes + " bytes; at least 1 has to pass before a reset");
      }
      left = bytes;
    }

    private int take(int count) {
      int allowed = left == DISARMED ? count : (int) Math.min(count, left);
      if (left != DISARMED) {
        left -= allowed;
      }
      total += allowed;
      return allowed;
    }

    private boolean disarmIfUsedUp() {
      boolean usedUp = left == 0;
      if (usedUp) {
        left = DISARMED;
      }
      return usedUp;
    }
  }
}
