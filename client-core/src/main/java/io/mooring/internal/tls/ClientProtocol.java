package io.mooring.internal.tls;

import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.TlsMachine.PlaintextSink;
import java.io.IOException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ByteQueue;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * bctls' machine: the handshake, and all of TLS 1.2. With shortcuts through its protected side:
 * application data goes to the sink from the buffer it was opened into, and the output buffer gives
 * its memory back.
 */
final class ClientProtocol extends TlsClientProtocol implements TlsLayer {
  /**
   * How many HelloRequests of TLS 1.2 one connection refuses, a warning each (RFC 5746, section
   * 4.2); the next one ends it. Four are more than a broker has use for: the answer is always the
   * same.
   */
  static final int MOST_HELLO_REQUESTS = 4;

  private static final PlaintextSink NO_SINK = (buffer, offset, length) -> {};
  private static final int MESSAGE_HEADER = 4;

  private final HandshakeClient client;
  private final TlsCryptography cryptography;
  private PlaintextSink sink = NO_SINK;
  private boolean delivered;

  /** Bytes of handshake messages that have come and were not handled yet. */
  private int unhandled;

  /** Records of TLS 1.2 in a row that carried no data. */
  private int withoutData;

  private int helloRequests;

  ClientProtocol(HandshakeClient client, TlsCryptography cryptography) {
    this.client = client;
    this.cryptography = cryptography;
  }

  /** Begins the handshake: the ClientHello lies in the output afterwards. */
  void begin() throws IOException {
    connect(client);
  }

  /** See {@link TlsMachine#foresee}. */
  void foresee() {
    client.foresee();
  }

  /**
   * The handshake has ended well: lets go of what only it needed.
   *
   * @return what goes on from here: with TLS 1.3 not bctls, which keeps two kilobytes for nothing
   */
  TlsLayer handshakeEnded() throws IOException {
    client.destroySecrets(false);
    RecordCipher cipher = cryptography.handshakeEnded();
    outputBuffer.getBuffer().shrink();
    SecurityParameters agreed = getContext().getSecurityParametersConnection();
    VerifiedServer server = client.verifiedServer();
    if (server == null || !TlsUtils.isTLSv13(agreed.getNegotiatedVersion())) {
      client.forgetOffers();
      return this;
    }
    return new EstablishedTls(
        server,
        cipher,
        agreed.getTrafficSecretClient(),
        agreed.getTrafficSecretServer(),
        outputBuffer.getBuffer());
  }

  @Override
  public void takeRecord(byte[] buffer, int offset, int length, PlaintextSink target)
      throws IOException {
    sink = target;
    try {
      offerInput(buffer, offset, length);
    } finally {
      sink = NO_SINK;
    }
  }

  /**
   * Application data skips the queue. Before the handshake has ended bctls refuses it, and its
   * answer stays in force. Afterwards records without data are as few in a row as with TLS 1.3:
   * bctls takes warnings, empty records and handshake messages without end.
   */
  @Override
  protected void processRecord(short type, byte[] buffer, int offset, int length)
      throws IOException {
    if (isConnected()) {
      boolean data = type == ContentType.application_data;
      if (data && length > 0) {
        withoutData = 0;
        delivered = true;
        sink.accept(buffer, offset, length);
        return;
      }
      if (++withoutData > EstablishedTls.MOST_WITHOUT_DATA) {
        throw new TlsFatalAlert(
            AlertDescription.unexpected_message,
            EstablishedTls.MOST_WITHOUT_DATA + " records in a row without data");
      }
      if (data) {
        return;
      }
    }
    if (type == ContentType.handshake) {
      unhandled += length;
    }
    super.processRecord(type, buffer, offset, length);
  }

  /** The keys change behind Finished, so its record ends with it (RFC 8446, section 5.1). */
  @Override
  protected void handleHandshakeMessage(short type, HandshakeMessageInput message)
      throws IOException {
    unhandled -= MESSAGE_HEADER + message.available();
    if (type == HandshakeType.finished
        && unhandled > 0
        && TlsUtils.isTLSv13(getContext().getServerVersion())) {
      throw new TlsFatalAlert(
          AlertDescription.unexpected_message, "something behind Finished in its record");
    }
    super.handleHandshakeMessage(type, message);
  }

  /** bctls would answer each HelloRequest, and a record has room for four thousand. */
  @Override
  protected void refuseRenegotiation() throws IOException {
    if (++helloRequests > MOST_HELLO_REQUESTS) {
      throw new TlsFatalAlert(
          AlertDescription.unexpected_message,
          "more than " + MOST_HELLO_REQUESTS + " HelloRequests on one connection");
    }
    super.refuseRenegotiation();
  }

  @Override
  public void seal(byte[] plaintext, int offset, int length) throws IOException {
    writeApplicationData(plaintext, offset, length);
  }

  @Override
  public ByteQueue output() {
    return outputBuffer.getBuffer();
  }

  @Override
  public @Nullable VerifiedServer verifiedServer() {
    return client.verifiedServer();
  }

  @Override
  public boolean certificateRequested() {
    return client.certificateRequested();
  }

  @Override
  public boolean hasDelivered() {
    return delivered;
  }

  @Override
  public boolean closeNotifyReceived() {
    return client.closeNotifyReceived();
  }

  @Override
  public void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      Log.TLS.log(System.Logger.Level.DEBUG, "close_notify could not be queued", e);
    }
  }

  @Override
  public void trim() {
    outputBuffer.getBuffer().shrink();
    cryptography.rest();
  }

  @Override
  public void destroySecrets() {
    client.destroySecrets(true);
  }

  @Override
  public void wipe() {
    destroySecrets();
    cryptography.wipe();
  }
}
