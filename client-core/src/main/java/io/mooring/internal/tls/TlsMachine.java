package io.mooring.internal.tls;

import io.mooring.identity.DeviceIdentity;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.TlsPolicy;
import java.nio.ByteBuffer;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Pure TLS client machine: bytes in, bytes out; no thread, no socket. The API only, so far. */
public final class TlsMachine {
  /** Where decrypted application data goes. */
  @FunctionalInterface
  public interface PlaintextSink {
    /** The bytes are valid during the call only; must not throw. */
    void accept(byte[] buffer, int offset, int length);
  }

  public TlsMachine(
      TlsPolicy policy,
      String host,
      int port,
      @Nullable DeviceIdentity identity,
      @Nullable ChannelBinding binding,
      Clock clock) {
    throw new UnsupportedOperationException();
  }

  /** The ClientHello lies in the output afterwards. */
  public void start() {}

  /**
   * Consumes everything; throws a MooringException on failure, any alert then lies in the output.
   */
  public void offer(ByteBuffer ciphertext, PlaintextSink sink) {}

  public boolean isHandshaking() {
    return true;
  }

  /** ISE before the handshake ended well. */
  public VerifiedServer server() {
    throw new IllegalStateException("the handshake has not ended");
  }

  public void write(byte[] plaintext, int offset, int length) {}

  public boolean hasOutput() {
    return output() > 0;
  }

  /** Bytes of ciphertext pending. */
  public int output() {
    return 0;
  }

  /** Drains ciphertext; returns the bytes put into {@code target}. */
  public int readOutput(ByteBuffer target) {
    return 0;
  }

  /** TCP end of stream: throws NetworkException on truncation without close_notify. */
  public void closeInput() {}

  public boolean isClosedByPeer() {
    return false;
  }

  /** Queues close_notify, wipes, idempotent, never throws. */
  public void close() {}
}
