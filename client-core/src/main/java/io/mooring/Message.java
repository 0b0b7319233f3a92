package io.mooring;

import io.mooring.internal.session.InboundPublish;
import io.mooring.internal.wire.PublishProperties;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An application message: what a PUBLISH carries, or what the broker publishes as a Will (MQTT 5,
 * sections 3.3 and 3.1.3.2). Immutable; arrays are copied in and out.
 */
public final class Message {
  /** The largest Message Expiry Interval: 4,294,967,295 s (section 3.3.2.3.3). */
  public static final Duration MAX_EXPIRY = Duration.ofSeconds(0xFFFF_FFFFL);

  private final String topic;
  private final byte[] payload;
  private final Qos qos;
  private final boolean retain;
  private final boolean utf8Payload;
  private final @Nullable Duration expiry;
  private final @Nullable String contentType;
  private final @Nullable String responseTopic;
  private final byte @Nullable [] correlationData;
  private final List<UserProperty> userProperties;

  /** What the broker sent, which the parser has checked; takes over the payload's array. */
  private Message(InboundPublish received) {
    PublishProperties properties = received.properties();
    this.topic = received.topic();
    this.payload = received.payload();
    this.qos = received.qos();
    this.retain = received.retain();
    this.utf8Payload = properties.utf8Payload();
    // An interval of 0 ran out on the way; 1 s is the shortest a Message can say.
    this.expiry =
        properties.expirySeconds() < 0
            ? null
            : Duration.ofSeconds(Math.max(1, properties.expirySeconds()));
    this.contentType = properties.contentType();
    this.responseTopic = properties.responseTopic();
    this.correlationData = properties.correlationData();
    this.userProperties = properties.userProperties();
  }

  private Message(Builder builder, byte[] payload) {
    this.topic = builder.topic;
    this.payload = payload;
    this.qos = builder.qos;
    this.retain = builder.retain;
    this.utf8Payload = builder.utf8Payload;
    this.expiry = builder.expiry;
    this.contentType = builder.contentType;
    this.responseTopic = builder.responseTopic;
    this.correlationData = builder.correlationData;
    this.userProperties = List.copyOf(builder.userProperties);
  }

  /** A QoS 1 message, not retained, without further properties. */
  public static Message of(String topic, byte[] payload) {
    return to(topic).payload(payload).build();
  }

  /** A QoS 1 message with a UTF-8 payload, not retained, without further properties. */
  public static Message of(String topic, String payload) {
    return to(topic).payload(payload).build();
  }

  /**
   * Starts a message to {@code topic}.
   *
   * @param topic a Topic Name: 1 to 65,535 bytes of UTF-8, no wildcard {@code +} or {@code #}, no
   *     U+0000 (section 4.7)
   * @throws IllegalArgumentException if it is not one
   */
  public static Builder to(String topic) {
    return new Builder(Topics.requireName(topic));
  }

  /** What the broker sent, without a copy: {@code received} is not used any more. */
  static Message received(InboundPublish received) {
    return new Message(received);
  }

  /** The Topic Name. */
  public String topic() {
    return topic;
  }

  /** A copy of the payload; empty if there is none. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The payload without a copy, read-only. */
  public ByteBuffer payloadBuffer() {
    return ByteBuffer.wrap(payload).asReadOnlyBuffer();
  }

  /** The payload's length in bytes. */
  public int payloadLength() {
    return payload.length;
  }

  /** The payload decoded as UTF-8; malformed input becomes U+FFFD. */
  public String payloadText() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** The Quality of Service. Default {@link Qos#AT_LEAST_ONCE}. */
  public Qos qos() {
    return qos;
  }

  /** The RETAIN flag. Default false. */
  public boolean retain() {
    return retain;
  }

  /** Payload Format Indicator 1: the payload is UTF-8 (section 3.3.2.3.2). */
  public boolean utf8Payload() {
    return utf8Payload;
  }

  /** Message Expiry Interval in whole seconds, or null if the message does not expire. */
  public @Nullable Duration expiry() {
    return expiry;
  }

  /** Content Type, or null. */
  public @Nullable String contentType() {
    return contentType;
  }

  /** Response Topic, or null. */
  public @Nullable String responseTopic() {
    return responseTopic;
  }

  /** A copy of the Correlation Data, or null. */
  public byte @Nullable [] correlationData() {
    return correlationData == null ? null : correlationData.clone();
  }

  /** User Properties in order, unmodifiable. */
  public List<UserProperty> userProperties() {
    return userProperties;
  }

  /** A builder that starts from this message with another topic. */
  public Builder withTopic(String otherTopic) {
    Builder copy = to(otherTopic);
    copy.payload = payload;
    copy.qos = qos;
    copy.retain = retain;
    copy.utf8Payload = utf8Payload;
    copy.expiry = expiry;
    copy.contentType = contentType;
    copy.responseTopic = responseTopic;
    copy.correlationData = correlationData;
    copy.userProperties.addAll(userProperties);
    return copy;
  }

  /** Topic, QoS and size; never the payload. */
  @Override
  public String toString() {
    return "Message[" + topic + ", QoS " + qos.code() + ", " + payload.length + " bytes]";
  }

  /** Builds a {@link Message}. */
  public static final class Builder {
    private final String topic;
    private byte[] payload = new byte[0];
    private Qos qos = Qos.AT_LEAST_ONCE;
    private boolean retain;
    private boolean utf8Payload;
    private @Nullable Duration expiry;
    private @Nullable String contentType;
    private @Nullable String responseTopic;
    private byte @Nullable [] correlationData;
    private final List<UserProperty> userProperties = new ArrayList<>();

    private Builder(String topic) {
      this.topic = topic;
    }

    /** The payload, copied. Default empty. At most 268,435,455 bytes less the header. */
    public Builder payload(byte[] bytes) {
      payload = bytes.clone();
      return this;
    }

    /** A text payload; also sets the Payload Format Indicator to 1. */
    public Builder payload(String text) {
      payload = text.getBytes(StandardCharsets.UTF_8);
      utf8Payload = true;
      return this;
    }

    /** Quality of Service. Default {@link Qos#AT_LEAST_ONCE}. */
    public Builder qos(Qos level) {
      qos = Objects.requireNonNull(level);
      return this;
    }

    /** Asks the broker to keep the message for later subscribers. Default false. */
    public Builder retain(boolean keep) {
      retain = keep;
      return this;
    }

    /** Payload Format Indicator (section 3.3.2.3.2). Default false. */
    public Builder utf8Payload(boolean isUtf8) {
      utf8Payload = isUtf8;
      return this;
    }

    /**
     * Message Expiry Interval: whole seconds, 1 s to {@link Message#MAX_EXPIRY}; counted from
     * {@code publish}, waiting in the client included. Default: never.
     */
    public Builder expiry(Duration interval) {
      if (interval.toSeconds() < 1
          || interval.compareTo(MAX_EXPIRY) > 0
          || interval.toNanosPart() != 0) {
        throw new IllegalArgumentException(
            "message expiry is 1 s to 4294967295 s in whole seconds; got " + interval);
      }
      expiry = interval;
      return this;
    }

    /** Content Type, such as a MIME type (section 3.3.2.3.9). */
    public Builder contentType(String type) {
      contentType = Utf8Strings.require("content type", type);
      return this;
    }

    /** Response Topic: a Topic Name (section 3.3.2.3.5). */
    public Builder responseTopic(String name) {
      responseTopic = Topics.requireName(name);
      return this;
    }

    /** Correlation Data, copied, at most 65,535 bytes (section 3.3.2.3.6). */
    public Builder correlationData(byte[] bytes) {
      if (bytes.length > Utf8Strings.MAX_BYTES) {
        throw new IllegalArgumentException(
            "correlation data is at most 65535 bytes; got " + bytes.length);
      }
      correlationData = bytes.clone();
      return this;
    }

    /** Adds a User Property (section 3.3.2.3.7). */
    public Builder userProperty(String name, String value) {
      userProperties.add(new UserProperty(name, value));
      return this;
    }

    /** Makes the message. */
    public Message build() {
      return new Message(this, payload);
    }
  }
}
