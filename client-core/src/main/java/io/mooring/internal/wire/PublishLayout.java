package io.mooring.internal.wire;

import io.mooring.Message;
import io.mooring.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How large the parts of a PUBLISH are; the one place that {@link PacketWriter} counts them. */
final class PublishLayout {
  private PublishLayout() {}

  /** The Topic Name's bytes, 0 if it is not sent. */
  static int topicLength(Message message, boolean sendTopic) {
    return sendTopic ? Utf8.length(message.topic()) : 0;
  }

  /** The properties' bytes, without Property Length. */
  static long propertiesLength(Message message, int topicAlias, long expirySeconds) {
    long length = 0;
    if (message.utf8Payload()) {
      length += 2;
    }
    if (expirySeconds >= 0) {
      length += 5;
    }
    if (topicAlias != 0) {
      length += 3;
    }
    length += textLength(message.responseTopic());
    length += textLength(message.contentType());
    byte[] correlationData = message.correlationData();
    if (correlationData != null) {
      length += 3 + correlationData.length;
    }
    return length + userPropertiesLength(message.userProperties());
  }

  /** What Property Length, Topic Name, Packet Identifier, properties and payload take together. */
  static long remainingLength(Message message, int topicLength, long propertiesLength) {
    return 2L
        + topicLength
        + (message.qos().code() > 0 ? 2 : 0)
        + FixedHeader.sizeOfVariableByteInteger(propertiesLength)
        + propertiesLength
        + message.payloadLength();
  }

  /** The bytes of User Properties, identifiers and lengths included. */
  static long userPropertiesLength(List<UserProperty> userProperties) {
    long length = 0;
    for (int i = 0; i < userProperties.size(); i++) {
      UserProperty property = userProperties.get(i);
      length += 5 + Utf8.length(property.name()) + Utf8.length(property.value());
    }
    return length;
  }

  /** The bytes of a string property, identifier and length included; 0 if it is absent. */
  static int textLength(@Nullable String value) {
    return value == null ? 0 : 3 + Utf8.length(value);
  }
}
