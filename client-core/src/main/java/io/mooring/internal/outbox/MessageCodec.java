package io.mooring.internal.outbox;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.UserProperty;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Messages to bytes and back. QoS stands in the record's header, so that it shows without a key.
 */
final class MessageCodec {
  /** flags, payload length, topic length, number of User Properties. */
  private static final int FIXED = 1 + 4 + 2 + 4;

  private static final int RETAIN = 1;
  private static final int UTF8 = 2;
  private static final int EXPIRY = 4;
  private static final int CONTENT_TYPE = 8;
  private static final int RESPONSE_TOPIC = 16;
  private static final int CORRELATION = 32;

  private MessageCodec() {}

  /** The length of {@link #encode}; more than an int holds only for what no PUBLISH can carry. */
  static long size(Message message) {
    long size = FIXED + utf8Length(message.topic()) + (long) message.payloadLength();
    size += message.expiry() == null ? 0 : 4;
    size += optional(message.contentType());
    size += optional(message.responseTopic());
    byte[] correlation = message.correlationData();
    size += correlation == null ? 0 : 2 + correlation.length;
    for (UserProperty each : message.userProperties()) {
      size += 4 + utf8Length(each.name()) + utf8Length(each.value());
    }
    return size;
  }

  private static long optional(@Nullable String text) {
    return text == null ? 0 : 2 + utf8Length(text);
  }

  private static long utf8Length(String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        length++;
      } else if (c < 0x800 || Character.isSurrogate(c)) {
        length += 2;
      } else {
        length += 3;
      }
    }
    return length;
  }

  static void encode(Message message, ByteBuffer out) {
    Duration expiry = message.expiry();
    String contentType = message.contentType();
    String responseTopic = message.responseTopic();
    byte[] correlation = message.correlationData();
    int flags =
        (message.retain() ? RETAIN : 0)
            | (message.utf8Payload() ? UTF8 : 0)
            | (expiry == null ? 0 : EXPIRY)
            | (contentType == null ? 0 : CONTENT_TYPE)
            | (responseTopic == null ? 0 : RESPONSE_TOPIC)
            | (correlation == null ? 0 : CORRELATION);
    out.put((byte) flags);
    out.putInt(message.payloadLength());
    putText(out, message.topic());
    if (expiry != null) {
      out.putInt((int) expiry.toSeconds());
    }
    if (contentType != null) {
      putText(out, contentType);
    }
    if (responseTopic != null) {
      putText(out, responseTopic);
    }
    if (correlation != null) {
      out.putShort((short) correlation.length).put(correlation);
    }
    out.putInt(message.userProperties().size());
    for (UserProperty each : message.userProperties()) {
      putText(out, each.name());
      putText(out, each.value());
    }
    out.put(message.payloadBuffer());
  }

  private static void putText(ByteBuffer out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) utf8.length).put(utf8);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws DamagedException if it is not that, although its checksum held
   */
  static Message decode(int qos, ByteBuffer in) throws DamagedException {
    try {
      int flags = in.get();
      int payloadLength = in.getInt();
      Message.Builder message = Message.to(text(in)).qos(Qos.of(qos));
      message.retain((flags & RETAIN) != 0);
      if ((flags & EXPIRY) != 0) {
        message.expiry(Duration.ofSeconds(in.getInt() & 0xFFFF_FFFFL));
      }
      if ((flags & CONTENT_TYPE) != 0) {
        message.contentType(text(in));
      }
      if ((flags & RESPONSE_TOPIC) != 0) {
        message.responseTopic(text(in));
      }
      if ((flags & CORRELATION) != 0) {
        message.correlationData(bytes(in, in.getShort() & 0xFFFF));
      }
      int properties = in.getInt();
      for (int i = 0; i < properties; i++) {
        message.userProperty(text(in), text(in));
      }
      if (payloadLength != in.remaining()) {
        throw new DamagedException("payload length " + payloadLength);
      }
      return message.payload(bytes(in, payloadLength)).utf8Payload((flags & UTF8) != 0).build();
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new DamagedException(String.valueOf(e.getMessage()));
    }
  }

  private static String text(ByteBuffer in) {
    return new String(bytes(in, in.getShort() & 0xFFFF), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** Bytes whose checksum held, or whose authentication did not, are no message. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }
}
