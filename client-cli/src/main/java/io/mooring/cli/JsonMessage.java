package io.mooring.cli;

import io.mooring.Message;
import io.mooring.ReceivedMessage;
import io.mooring.UserProperty;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A message as one line of JSON (RFC 8259); properties that are absent are left out. */
final class JsonMessage {
  private final StringBuilder json = new StringBuilder();

  private JsonMessage() {}

  static String of(ReceivedMessage received) {
    return of(received.message(), received.duplicate(), received.subscriptionIdentifiers());
  }

  static String of(Message message, boolean duplicate, List<Integer> subscriptionIdentifiers) {
    return new JsonMessage().write(message, duplicate, subscriptionIdentifiers);
  }

  private String write(Message message, boolean duplicate, List<Integer> subscriptionIdentifiers) {
    byte[] payload = message.payload();
    String text = utf8(payload);
    member("topic", Json.quote(message.topic()));
    member("qos", Integer.toString(message.qos().code()));
    member("retain", Boolean.toString(message.retain()));
    member("duplicate", Boolean.toString(duplicate));
    member("payload", text != null ? Json.quote(text) : base64(payload));
    member("encoding", text != null ? "\"utf-8\"" : "\"base64\"");
    Duration expiry = message.expiry();
    if (expiry != null) {
      member("messageExpiry", Long.toString(expiry.toSeconds()));
    }
    text("contentType", message.contentType());
    text("responseTopic", message.responseTopic());
    byte[] correlation = message.correlationData();
    if (correlation != null) {
      member("correlationData", base64(correlation));
    }
    if (!message.userProperties().isEmpty()) {
      member(
          "userProperties",
          array(message.userProperties().stream().map(JsonMessage::pair).toList()));
    }
    if (!subscriptionIdentifiers.isEmpty()) {
      member(
          "subscriptionIdentifiers",
          array(subscriptionIdentifiers.stream().map(String::valueOf).toList()));
    }
    return json.append('}').toString();
  }

  private void text(String name, @Nullable String value) {
    if (value != null) {
      member(name, Json.quote(value));
    }
  }

  private void member(String name, String value) {
    json.append(json.isEmpty() ? '{' : ',').append(Json.quote(name)).append(':').append(value);
  }

  private static String pair(UserProperty property) {
    return "{\"name\":"
        + Json.quote(property.name())
        + ",\"value\":"
        + Json.quote(property.value())
        + "}";
  }

  private static String array(List<String> values) {
    return values.stream().collect(Collectors.joining(",", "[", "]"));
  }

  private static String base64(byte[] bytes) {
    return '"' + Base64.getEncoder().encodeToString(bytes) + '"';
  }

  /** The text, or null if the bytes are not UTF-8: a replacement character would lose them. */
  private static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
