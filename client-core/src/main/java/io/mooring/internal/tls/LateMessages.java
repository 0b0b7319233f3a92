package io.mooring.internal.tls;

import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.KeyUpdateRequest;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;

/**
 * The handshake messages of TLS 1.3 that may come behind the handshake (RFC 8446, section 4.6), out
 * of the records that carry them: KeyUpdate, and tickets, which are looked at and dropped. A
 * certificate is never asked for here: the client does not offer post_handshake_auth.
 */
final class LateMessages {
  /** bctls' bound of a message, in bytes. */
  static final int MAX_MESSAGE = 32 * 1024;

  private static final int HEADER = 4;
  private static final int KEY_UPDATE_BYTES = HEADER + 1;
  private static final int TICKET_TIMES_BYTES = 8;
  private static final byte[] NOTHING = {};

  private final KeyUpdates keyUpdates;

  /** The first part of a message that no record has held whole. */
  private byte[] fragment = NOTHING;

  /** Hears of each KeyUpdate. */
  @FunctionalInterface
  interface KeyUpdates {
    /** The broker's next record is sealed by another key; {@code requested} if ours is to be. */
    void keyUpdate(boolean requested) throws IOException;
  }

  LateMessages(KeyUpdates keyUpdates) {
    this.keyUpdates = keyUpdates;
  }

  /** True while a message is not whole: nothing else may come before its rest (section 5.1). */
  boolean isInsideOne() {
    return fragment.length > 0;
  }

  /** Takes the content of one record, which is not empty. */
  void take(byte[] content, int offset, int length) throws IOException {
    byte[] bytes = content;
    int at = offset;
    if (fragment.length > 0) {
      bytes = Arrays.copyOf(fragment, fragment.length + length);
      System.arraycopy(content, offset, bytes, fragment.length, length);
      fragment = NOTHING;
      at = 0;
    }
    int end = bytes == content ? offset + length : bytes.length;
    while (at < end) {
      int whole = wholeLength(bytes, at, end - at);
      if (whole > end - at) {
        fragment = Arrays.copyOfRange(bytes, at, end);
        return;
      }
      if (bytes[at] == HandshakeType.key_update) {
        keyUpdate(bytes, at, whole, at + whole == end);
      } else {
        ticket(bytes, at + HEADER, at + whole);
      }
      at += whole;
    }
  }

  /** Of a message with its header; it is refused as soon as the bytes at hand allow that. */
  private static int wholeLength(byte[] bytes, int offset, int available) throws IOException {
    short type = TlsUtils.readUint8(bytes, offset);
    if (type != HandshakeType.key_update && type != HandshakeType.new_session_ticket) {
      throw unexpected("a handshake message of type " + type + " behind the handshake");
    }
    if (available < HEADER) {
      return HEADER;
    }
    int length = TlsUtils.readUint24(bytes, offset + 1);
    if (length > MAX_MESSAGE) {
      throw malformed("a handshake message of " + length + " bytes");
    }
    return HEADER + length;
  }

  /** The keys change behind it, so nothing may follow in its record (section 5.1). */
  private void keyUpdate(byte[] bytes, int offset, int length, boolean last) throws IOException {
    if (length != KEY_UPDATE_BYTES) {
      throw malformed("KeyUpdate of " + length + " bytes");
    }
    if (!last) {
      throw unexpected("something behind KeyUpdate in its record");
    }
    short request = TlsUtils.readUint8(bytes, offset + HEADER);
    if (!KeyUpdateRequest.isValid(request)) {
      throw new TlsFatalAlert(AlertDescription.illegal_parameter, "KeyUpdate asks for " + request);
    }
    keyUpdates.keyUpdate(request == KeyUpdateRequest.update_requested);
  }

  /** Nothing is ever resumed; but a broker that errs here may err elsewhere (section 4.6.1). */
  private static void ticket(byte[] bytes, int offset, int end) throws IOException {
    int at = offset + TICKET_TIMES_BYTES;
    at = behindVector(bytes, at, end, 1); // ticket_nonce
    at = behindVector(bytes, at, end, 2); // ticket
    at = behindVector(bytes, at, end, 2); // extensions
    if (at != end) {
      throw malformed("NewSessionTicket");
    }
  }

  private static int behindVector(byte[] bytes, int at, int end, int lengthBytes)
      throws IOException {
    if (at + lengthBytes > end) {
      throw malformed("NewSessionTicket");
    }
    int length = lengthBytes == 1 ? TlsUtils.readUint8(bytes, at) : TlsUtils.readUint16(bytes, at);
    return at + lengthBytes + length;
  }

  private static TlsFatalAlert unexpected(String what) {
    return new TlsFatalAlert(AlertDescription.unexpected_message, what);
  }

  private static TlsFatalAlert malformed(String what) {
    return new TlsFatalAlert(AlertDescription.decode_error, what);
  }
}
