package io.mooring.examples.esp32bridge.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What HELLO says.
 *
 * @param largestPayload that the device takes
 * @param nonce of the device, 16 bytes
 * @param stream of its messages
 * @param id of the device
 * @param firmware a text for people
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record Hello(int largestPayload, byte[] nonce, long stream, String id, String firmware) {
  static final int VERSION = 1;
  static final int NONCE = 16;

  private static final int FIXED = 28;
  private static final int NONCE_AT = 4;
  private static final int MOST_TEXT = 32;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern TEXT = Pattern.compile("[ -~]*");

  /** Reads the payload; null if it breaks the page. */
  static @Nullable Hello read(Frame frame) {
    byte[] payload = frame.payload();
    if (payload.length < FIXED + 2 || frame.ack() != 1 || frame.credit() > Frame.MOST_CREDIT) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    int version = in.get() & 0xFF;
    int zero = in.get();
    int largest = in.getShort() & 0xFFFF;
    byte[] nonce = new byte[NONCE];
    in.get(nonce);
    long stream = in.getLong();
    String id = text(in);
    String firmware = id == null ? null : text(in);
    if (version != VERSION
        || zero != 0
        || largest < Frame.SMALLEST_PAYLOAD
        || largest > Frame.LARGEST_PAYLOAD
        || id == null
        || firmware == null
        || in.hasRemaining()
        || !ID.matcher(id).matches()
        || firmware.length() > MOST_TEXT
        || !TEXT.matcher(firmware).matches()) {
      return null;
    }
    return new Hello(largest, nonce, stream, id, firmware);
  }

  /** The version of a HELLO that may break the page otherwise; 0 without one. */
  static int version(Frame frame) {
    return frame.payload().length == 0 ? 0 : frame.payload()[0] & 0xFF;
  }

  /** The nonce of a HELLO that may break the page otherwise; zeros without one. */
  static byte[] nonce(Frame frame) {
    return frame.payload().length < NONCE_AT + NONCE
        ? new byte[NONCE]
        : Arrays.copyOfRange(frame.payload(), NONCE_AT, NONCE_AT + NONCE);
  }

  private static @Nullable String text(ByteBuffer in) {
    int length = in.hasRemaining() ? in.get() & 0xFF : Integer.MAX_VALUE;
    if (length > in.remaining()) {
      return null;
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
