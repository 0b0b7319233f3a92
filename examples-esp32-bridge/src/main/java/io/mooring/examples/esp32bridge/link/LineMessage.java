package io.mooring.examples.esp32bridge.link;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a PUBLISH frame carries.
 *
 * @param qos 0 or 1
 * @param retain whether the broker is asked to keep it
 * @param number of the message in its stream; 0 at QoS 0
 * @param topic the suffix; null if the frame's is no UTF-8
 * @param correlation MQTT's Correlation Data, 1 to 64 bytes; null without
 * @param content not copied
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record LineMessage(
    int qos,
    boolean retain,
    long number,
    @Nullable String topic,
    byte @Nullable [] correlation,
    byte[] content) {
  /** The longest Correlation Data. */
  public static final int MOST_CORRELATION = 64;

  private static final int FIXED = 6;
  private static final int QOS_MASK = 0x03;
  private static final int RETAIN = 0x04;
  private static final int CORRELATION = 0x08;

  /** Reads a payload; null if it breaks the page, which ends the session. */
  static @Nullable LineMessage read(byte[] payload) {
    if (payload.length < FIXED) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    int flags = in.get() & 0xFF;
    int topicLength = in.get() & 0xFF;
    long number = in.getInt() & 0xFFFF_FFFFL;
    int qos = flags & QOS_MASK;
    boolean correlated = (flags & CORRELATION) != 0;
    if ((flags & ~(QOS_MASK | RETAIN | CORRELATION)) != 0
        || qos > 1
        || (qos == 0) != (number == 0)
        || in.remaining() < topicLength + (correlated ? 1 : 0)) {
      return null;
    }
    byte[] topic = new byte[topicLength];
    in.get(topic);
    byte[] correlation = null;
    if (correlated) {
      int length = in.get() & 0xFF;
      if (length > in.remaining()) {
        return null;
      }
      correlation = new byte[length];
      in.get(correlation);
    }
    byte[] content = new byte[in.remaining()];
    in.get(content);
    return new LineMessage(qos, (flags & RETAIN) != 0, number, utf8(topic), correlation, content);
  }

  /** Whether the Correlation Data has a length that the page allows. */
  public boolean correlationFits() {
    return correlation == null
        || (correlation.length >= 1 && correlation.length <= MOST_CORRELATION);
  }

  /** The payload of a frame. */
  byte[] payload() {
    byte[] name = topicBytes();
    ByteBuffer out =
        ByteBuffer.allocate(size())
            .put((byte) (qos | (retain ? RETAIN : 0) | (correlation == null ? 0 : CORRELATION)))
            .put((byte) name.length)
            .putInt((int) number)
            .put(name);
    if (correlation != null) {
      out.put((byte) correlation.length).put(correlation);
    }
    return out.put(content).array();
  }

  /** The length of the frame's payload in bytes. */
  public int size() {
    return FIXED
        + topicBytes().length
        + (correlation == null ? 0 : 1 + correlation.length)
        + content.length;
  }

  private byte[] topicBytes() {
    return (topic == null ? "" : topic).getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Never the content. */
  @Override
  public String toString() {
    return "LineMessage[" + topic + ", QoS " + qos + ", number " + number + "]";
  }
}
