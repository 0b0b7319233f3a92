package io.mooring.internal.net;

import io.mooring.error.MooringException;
import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.TlsMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way in once TLS is secure: ciphertext through the machine to the handler. bctls must not see
 * the handler throw, since it would answer the broker with internal_error: what it threw is thrown
 * again behind the machine. Confined to the loop.
 */
final class Intake {
  private static final Log LOG = Log.CONNECTION;

  /** How much of what a broker said before a broken write is read: an alert or DISCONNECT. */
  private static final int LAST_WORDS = 256 * 1024;

  private final TlsMachine tls;
  private final LinkHandler handler;
  private final BooleanSupplier ended;
  private boolean delivering;
  private @Nullable RuntimeException deliveryFailure;

  /** Nothing is delivered once {@code ended} is true. */
  Intake(TlsMachine tls, LinkHandler handler, BooleanSupplier ended) {
    this.tls = tls;
    this.handler = handler;
    this.ended = ended;
  }

  @SuppressWarnings("Finally") // the reason stands at the throw
  void offer(ByteBuffer input) {
    delivering = true;
    try {
      tls.offer(input, this::deliver);
    } catch (MooringException e) {
      throwDeliveryFailure(e);
      throw e;
    } finally {
      delivering = false;
    }
    throwDeliveryFailure(null);
  }

  /** What the broker said comes before how it then closed TLS. */
  private void throwDeliveryFailure(@Nullable MooringException tlsFailure) {
    RuntimeException refused = deliveryFailure;
    if (refused != null) {
      deliveryFailure = null;
      if (tlsFailure != null) {
        refused.addSuppressed(tlsFailure);
      }
      throw refused;
    }
  }

  private void deliver(byte[] buffer, int offset, int length) {
    if (deliveryFailure != null || ended.getAsBoolean()) {
      return;
    }
    try {
      handler.plaintext(buffer, offset, length);
    } catch (RuntimeException e) { // rethrown by offer
      deliveryFailure = e;
    }
  }

  /**
   * A broker that refuses says why and closes: the alert or DISCONNECT may lie unread behind the
   * write that failed. What it says is thrown in place of the broken pipe. Not from within a
   * delivery, whose bytes lie in the buffers that this would use.
   */
  void readLastWords(@Nullable SocketChannel open) {
    if (open == null || delivering) {
      return;
    }
    ByteBuffer buffer = LoopBuffers.read(Link.READ_CHUNK);
    try {
      int left = LAST_WORDS;
      while (!ended.getAsBoolean() && left > 0) {
        int count = open.read(buffer);
        if (count <= 0) {
          return;
        }
        left -= count;
        offer(buffer.flip());
        buffer.clear();
      }
    } catch (IOException e) {
      LOG.of(handler.attempt(), System.Logger.Level.DEBUG, "No last words from the broker", e);
    }
  }
}
