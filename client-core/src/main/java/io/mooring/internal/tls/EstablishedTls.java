package io.mooring.internal.tls;

import io.mooring.internal.telemetry.Log;
import io.mooring.internal.tls.TlsMachine.PlaintextSink;
import java.io.IOException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.ByteQueue;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.KeyUpdateRequest;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsSecret;

/**
 * A client's TLS 1.3 once the handshake has ended (RFC 8446, sections 4.6, 5 and 6), in place of
 * bctls, which holds two kilobytes a connection of what only its handshake needed. It refuses
 * whatever bctls refuses, and besides what the standard forbids and bctls takes.
 */
final class EstablishedTls implements TlsLayer {
  /** Records in a row that carry no data: tickets, key updates, padding. OpenSSL's bound. */
  static final int MOST_WITHOUT_DATA = 32;

  /** Records by one key; section 5.5 allows 2^24.5 of AES-GCM. */
  static final long RECORDS_A_KEY = 1L << 20;

  private static final int MAX_PLAINTEXT = 1 << 14;
  private static final int ALERT_BYTES = 2;

  private final VerifiedServer server;
  private final RecordCipher cipher;
  private final ByteQueue output;
  private final LateMessages messages = new LateMessages(this::keyUpdate);
  private TlsSecret sealingSecret;
  private TlsSecret openingSecret;
  private long sealed;
  private long opened;

  private int withoutData;
  private boolean keyUpdateOwed;
  private boolean delivered;
  private boolean closeNotifyReceived;
  private boolean closed;

  /**
   * Goes on behind Finished, with the first application traffic secrets (section 7.1).
   *
   * @param cipher by those secrets, with which nothing was sealed or opened yet
   * @param output what waits to be sent
   */
  EstablishedTls(
      VerifiedServer server,
      RecordCipher cipher,
      TlsSecret sealingSecret,
      TlsSecret openingSecret,
      ByteQueue output) {
    this.server = server;
    this.cipher = cipher;
    this.sealingSecret = sealingSecret;
    this.openingSecret = openingSecret;
    this.output = output;
  }

  @Override
  public void takeRecord(byte[] buffer, int offset, int length, PlaintextSink sink)
      throws IOException {
    if (closed) {
      throw new TlsFatalAlert(AlertDescription.internal_error, "the connection is over");
    }
    short alert = AlertDescription.internal_error;
    boolean taken = false;
    try {
      take(open(buffer, offset, length), sink);
      taken = true;
    } catch (TlsFatalAlert e) {
      alert = e.getAlertDescription();
      throw e;
    } finally {
      if (!taken) {
        close(AlertLevel.fatal, alert);
      }
    }
  }

  /** Section 5.2: the type outside is always the same; padding and tag fit the limit exactly. */
  private TlsDecodeResult open(byte[] record, int offset, int length) throws IOException {
    short type = TlsUtils.readUint8(record, offset);
    if (type != ContentType.application_data) {
      throw unexpected("a record of type " + type + " without protection");
    }
    int ciphertext = length - Records.HEADER;
    if (ciphertext > cipher.getCiphertextDecodeLimit(MAX_PLAINTEXT)) {
      throw new TlsFatalAlert(AlertDescription.record_overflow);
    }
    return cipher.decodeCiphertext(
        opened++,
        type,
        TlsUtils.readVersion(record, offset + 1),
        record,
        offset + Records.HEADER,
        ciphertext);
  }

  private void take(TlsDecodeResult content, PlaintextSink sink) throws IOException {
    if (content.contentType != ContentType.handshake && messages.isInsideOne()) {
      throw unexpected("another record amid a handshake message"); // section 5.1
    }
    boolean data = content.contentType == ContentType.application_data;
    if (content.len == 0 && !data) {
      throw unexpected("an empty record of type " + content.contentType); // section 5.4
    }
    if (content.len > 0 && data) {
      withoutData = 0;
      delivered = true;
      sink.accept(content.buf, content.off, content.len);
      return;
    }
    if (++withoutData > MOST_WITHOUT_DATA) {
      throw unexpected(MOST_WITHOUT_DATA + " records in a row without data");
    }
    switch (content.contentType) {
      case ContentType.application_data -> {} // padding, against those who count records
      case ContentType.alert -> alert(content);
      case ContentType.handshake -> messages.take(content.buf, content.off, content.len);
      default -> throw unexpected("a protected record of type " + content.contentType);
    }
  }

  // --- alerts (section 6) -----------------------------------------------------------------------

  /** Exactly one a record (section 5.1). The level means nothing: but for two, all are fatal. */
  private void alert(TlsDecodeResult content) throws IOException {
    if (content.len != ALERT_BYTES) {
      throw new TlsFatalAlert(
          AlertDescription.decode_error, "an alert of " + content.len + " bytes");
    }
    short description = TlsUtils.readUint8(content.buf, content.off + 1);
    if (description == AlertDescription.close_notify) {
      closeNotifyReceived = true;
      close(AlertLevel.warning, AlertDescription.close_notify);
    } else if (description != AlertDescription.user_canceled) { // close_notify follows that
      closed = true;
      throw new TlsFatalAlertReceived(description);
    }
  }

  @Override
  public void closeQuietly() {
    close(AlertLevel.warning, AlertDescription.close_notify);
  }

  /** Ends the connection with an alert, the first time. */
  private void close(short level, short description) {
    if (closed) {
      return;
    }
    closed = true;
    byte[] alert = {(byte) level, (byte) description};
    try {
      sealRecord(ContentType.alert, alert, 0, alert.length);
    } catch (IOException e) {
      Log.TLS.log(System.Logger.Level.DEBUG, "An alert could not be queued", e);
    }
  }

  /** Section 4.6.3: the broker seals by its next key, and may want the same of us. */
  private void keyUpdate(boolean requested) throws IOException {
    openingSecret = succeed(openingSecret);
    cipher.rekeyOpening(openingSecret);
    opened = 0;
    keyUpdateOwed |= requested;
  }

  // --- sealing (section 5) ----------------------------------------------------------------------

  @Override
  public void seal(byte[] plaintext, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (closed) {
        throw new TlsFatalAlert(AlertDescription.internal_error, "the connection is over");
      }
      if (keyUpdateOwed || sealed >= RECORDS_A_KEY) {
        updateKey();
      }
      int count = Math.min(end - at, MAX_PLAINTEXT);
      sealRecord(ContentType.application_data, plaintext, at, count);
      at += count;
    }
  }

  /** Before the next data, by us as by bctls; an answer does not ask in turn. */
  private void updateKey() throws IOException {
    short request =
        keyUpdateOwed ? KeyUpdateRequest.update_not_requested : KeyUpdateRequest.update_requested;
    byte[] message = {(byte) HandshakeType.key_update, 0, 0, 1, (byte) request};
    sealRecord(ContentType.handshake, message, 0, message.length);
    sealingSecret = succeed(sealingSecret);
    cipher.rekeySealing(sealingSecret);
    sealed = 0;
    keyUpdateOwed = false;
  }

  private TlsSecret succeed(TlsSecret secret) throws IOException {
    TlsSecret next = cipher.next(secret);
    secret.destroy();
    return next;
  }

  private void sealRecord(short type, byte[] content, int offset, int length) throws IOException {
    TlsEncodeResult record =
        cipher.encodePlaintext(
            sealed++, type, ProtocolVersion.TLSv12, Records.HEADER, content, offset, length);
    TlsUtils.writeUint8(record.recordType, record.buf, record.off);
    TlsUtils.writeVersion(ProtocolVersion.TLSv12, record.buf, record.off + 1);
    TlsUtils.writeUint16(record.len - Records.HEADER, record.buf, record.off + 3);
    output.addData(record.buf, record.off, record.len);
  }

  // --- what the machine asks --------------------------------------------------------------------

  @Override
  public ByteQueue output() {
    return output;
  }

  @Override
  public VerifiedServer verifiedServer() {
    return server;
  }

  @Override
  public boolean certificateRequested() {
    return server.clientCertificateRequested();
  }

  @Override
  public boolean hasDelivered() {
    return delivered;
  }

  @Override
  public boolean closeNotifyReceived() {
    return closeNotifyReceived;
  }

  @Override
  public void trim() {
    output.shrink();
    cipher.rest();
  }

  @Override
  public void destroySecrets() {
    sealingSecret.destroy();
    openingSecret.destroy();
  }

  @Override
  public void wipe() {
    destroySecrets();
    cipher.wipe();
  }

  private static TlsFatalAlert unexpected(String what) {
    return new TlsFatalAlert(AlertDescription.unexpected_message, what);
  }
}
