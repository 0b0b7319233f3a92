package io.mooring.internal.tls;

import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.TlsMachine.PlaintextSink;
import java.io.IOException;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.TlsClientProtocol;

/**
 * bctls' machine with two shortcuts through its protected side: application data goes to the sink
 * from the buffer it was opened into, and the output buffer gives its memory back.
 */
final class ClientProtocol extends TlsClientProtocol {
  private PlaintextSink sink = (buffer, offset, length) -> {};
  private boolean delivered;

  void deliverTo(PlaintextSink target) {
    sink = target;
  }

  /** True once application data came. */
  boolean hasDelivered() {
    return delivered;
  }

  void shrinkOutput() {
    outputBuffer.getBuffer().shrink();
  }

  void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      Log.TLS.log(System.Logger.Level.DEBUG, "close_notify could not be queued", e);
    }
  }

  /**
   * Application data skips the queue. Before the handshake has ended bctls refuses it, and its
   * answer stays in force.
   */
  @Override
  protected void processRecord(short type, byte[] buffer, int offset, int length)
      throws IOException {
    if (type == ContentType.application_data && isConnected()) {
      if (length > 0) {
        delivered = true;
        sink.accept(buffer, offset, length);
      }
      return;
    }
    super.processRecord(type, buffer, offset, length);
  }
}
