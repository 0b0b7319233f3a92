package io.mooring.internal.net;

import io.mooring.internal.tls.TlsMachine;
import java.io.ByteArrayOutputStream;

/** Plaintext that came in the same read as the end of the handshake, kept until the loop has it. */
final class EarlyPlaintext implements TlsMachine.PlaintextSink {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

  @Override
  public void accept(byte[] buffer, int offset, int length) {
    bytes.write(buffer, offset, length);
  }

  void replay(LinkHandler handler) {
    if (bytes.size() > 0) {
      handler.plaintext(bytes.toByteArray(), 0, bytes.size());
    }
  }
}
