package io.mooring.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
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
  private int trickle;
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

  /** Flips one bit in the so many-th further byte from client to server; then disarmed. */
  public synchronized void corruptClientByte(long bytes) {
    upstream.armCorruption(bytes);
  }

  /** Flips one bit in the so many-th further byte from server to client; then disarmed. */
  public synchronized void corruptServerByte(long bytes) {
    downstream.armCorruption(bytes);
  }

  /**
   * Passes so many bytes at a time, in both directions, with a pause of 1 ms between them, as a bad
   * link does; 0 lifts it.
   */
  public synchronized void trickle(int bytes) {
    trickle = bytes;
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
        int allowed = pass(counter, buffer, read);
        write(to.getOutputStream(), buffer, allowed);
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

  /** Waits out a stall, does to the bytes what is armed, then says how many of them may go. */
  private synchronized int pass(Counter counter, byte[] buffer, int count)
      throws InterruptedException {
    while (stalled && !closed) {
      wait();
    }
    counter.corrupt(buffer, count);
    return counter.take(count);
  }

  private void write(OutputStream to, byte[] buffer, int count)
      throws IOException, InterruptedException {
    int step = slice(count);
    for (int offset = 0; offset < count; offset += step) {
      if (offset > 0) {
        pause();
      }
      to.write(buffer, offset, Math.min(step, count - offset));
    }
  }

  private synchronized int slice(int count) {
    return trickle == 0 ? Math.max(count, 1) : trickle;
  }

  /** One millisecond, or less if the proxy is closed meanwhile. */
  private synchronized void pause() throws InterruptedException {
    long end = System.nanoTime() + 1_000_000;
    while (!closed && System.nanoTime() - end < 0) {
      wait(1);
    }
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
    private long untilCorruption = DISARMED;

    private void arm(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException(bytes + " bytes; at least 1 has to pass before a reset");
      }
      left = bytes;
    }

    private void armCorruption(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("byte " + bytes + "; the first is 1");
      }
      untilCorruption = bytes;
    }

    private void corrupt(byte[] buffer, int count) {
      if (untilCorruption == DISARMED) {
        return;
      }
      if (untilCorruption > count) {
        untilCorruption -= count;
        return;
      }
      buffer[Math.toIntExact(untilCorruption) - 1] ^= 0x10;
      untilCorruption = DISARMED;
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
