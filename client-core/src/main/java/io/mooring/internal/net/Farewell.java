package io.mooring.internal.net;

import io.mooring.internal.telemetry.Log;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * The orderly end of a connection: write all, tell TCP, read until the broker has closed, or give
 * up after 2 s. Confined to the loop.
 */
final class Farewell {
  private static final Log LOG = Log.CONNECTION;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Reads of one turn while waiting for the broker to close: others wait for the loop. */
  private static final int READS_A_TURN = 16;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Ciphertext ciphertext;
  private final String attempt;
  private final Runnable whenOver;
  private final EventLoop.Timer patience;
  private boolean saidAll;
  private boolean over;

  /** {@code whenOver} closes the channel; it runs once. */
  Farewell(
      EventLoop loop,
      SocketChannel channel,
      SelectionKey key,
      Ciphertext ciphertext,
      String attempt,
      Runnable whenOver) {
    this.channel = channel;
    this.key = key;
    this.ciphertext = ciphertext;
    this.attempt = attempt;
    this.whenOver = whenOver;
    this.patience = loop.schedule(loop.nowNanos() + PATIENCE_NANOS, this::over);
  }

  /** As far as the socket lets it. */
  void go() {
    if (!key.isValid()) {
      over();
      return;
    }
    try {
      if ((saidAll || saysAll()) && brokerHasClosed()) {
        over();
      }
    } catch (IOException e) {
      LOG.of(attempt, System.Logger.Level.DEBUG, "Nobody is left to say farewell to", e);
      over();
    }
  }

  private boolean saysAll() throws IOException {
    IOException broken = ciphertext.writeTo(channel);
    if (broken != null) {
      throw broken;
    }
    if (!ciphertext.isEmpty()) {
      key.interestOps(SelectionKey.OP_WRITE);
      return false;
    }
    saidAll = true;
    channel.shutdownOutput();
    key.interestOps(SelectionKey.OP_READ);
    return true;
  }

  private boolean brokerHasClosed() throws IOException {
    int count = 1;
    for (int left = READS_A_TURN; count > 0 && left > 0; left--) {
      count = channel.read(LoopBuffers.read(Link.READ_CHUNK));
    }
    return count < 0;
  }

  /** Now, whoever is still unheard. */
  void over() {
    patience.cancel();
    if (!over) {
      over = true;
      whenOver.run();
    }
  }
}
