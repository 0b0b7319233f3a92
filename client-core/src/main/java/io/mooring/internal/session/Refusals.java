package io.mooring.internal.session;

import io.mooring.ReasonCode;
import io.mooring.error.BrokerRefusalException;
import org.jspecify.annotations.Nullable;

/** What a broker's refusal most likely means, and what to do about it. */
final class Refusals {
  private Refusals() {}

  /** CONNACK of 0x80 or more, or DISCONNECT before the session was live. */
  static BrokerRefusalException ofConnection(
      ReasonCode reason,
      @Nullable String reasonString,
      @Nullable String serverReference,
      ConnectOptions options) {
    return refusal(
        "Broker refused the connection: ",
        reason,
        reasonString,
        serverReference,
        options.authentication(),
        options.userName() != null);
  }

  /** A refusal of AUTH 0x19. */
  static BrokerRefusalException duringReauthentication(
      ReasonCode reason,
      @Nullable String reasonString,
      @Nullable String serverReference,
      ConnectOptions.@Nullable Method method) {
    return refusal(
        "Broker refused the re-authentication and ended the connection: ",
        reason,
        reasonString,
        serverReference,
        method,
        false);
  }

  private static BrokerRefusalException refusal(
      String what,
      ReasonCode reason,
      @Nullable String reasonString,
      @Nullable String serverReference,
      ConnectOptions.@Nullable Method method,
      boolean userName) {
    String during = method == null ? "" : ", during " + method.name();
    return new BrokerRefusalException(
        what
            + reason
            + during
            + Texts.quoted(reasonString)
            + ". "
            + advice(reason, serverReference, method, userName),
        reason,
        reasonString,
        serverReference);
  }

  private static String advice(
      ReasonCode reason,
      @Nullable String serverReference,
      ConnectOptions.@Nullable Method method,
      boolean userName) {
    return switch (reason) {
      case NOT_AUTHORIZED, BAD_USER_NAME_OR_PASSWORD, BAD_AUTHENTICATION_METHOD ->
          credentialAdvice(method, userName);
      case UNSUPPORTED_PROTOCOL_VERSION -> "The broker does not speak MQTT 5; enable it there.";
      case CLIENT_IDENTIFIER_NOT_VALID ->
          "The broker does not accept this Client Identifier; choose one by its rules.";
      case BANNED -> "The broker's operator has banned this client; ask there.";
      case USE_ANOTHER_SERVER, SERVER_MOVED ->
          serverReference == null
              ? "The broker names no other server; ask its operator for the new address."
              : "It points to "
                  + Texts.printable(serverReference)
                  + "; check that and connect there.";
      case SERVER_UNAVAILABLE,
          SERVER_BUSY,
          SERVER_SHUTTING_DOWN,
          QUOTA_EXCEEDED,
          CONNECTION_RATE_EXCEEDED ->
          "Try again later.";
      case PACKET_TOO_LARGE ->
          "CONNECT is over the broker's limit: shorten the Will or properties.";
      case TOPIC_NAME_INVALID, PAYLOAD_FORMAT_INVALID -> "Check the topic and payload of the Will.";
      case RETAIN_NOT_SUPPORTED ->
          "The broker keeps no retained messages: make the Will not retained.";
      case QOS_NOT_SUPPORTED -> "The broker does not offer the QoS of the Will: lower it.";
      default -> "The broker's log may say more.";
    };
  }

  private static String credentialAdvice(ConnectOptions.@Nullable Method method, boolean userName) {
    if (method != null && method.name().startsWith("SCRAM-")) {
      return "Wrong credential, method not enabled on the broker, or EMQX older than 5.7.0 (its SCRAM"
          + " is incompatible with RFC 5802).";
    }
    if (method != null) {
      return "Wrong credential, or method not enabled on the broker.";
    }
    if (userName) {
      return "Wrong user name or password, or not permitted on this broker.";
    }
    return "The broker asks for a credential: a client certificate, a user name and password, or SCRAM.";
  }

  static String otherMethod(String packet, String expected, @Nullable String actual) {
    return packet
        + " with "
        + (actual == null
            ? "no Authentication Method"
            : "Authentication Method '" + Texts.printable(actual) + "'")
        + "; CONNECT said '"
        + expected
        + "' (MQTT 5, 4.12).";
  }

  static String nameOf(ConnectOptions.@Nullable Method method) {
    if (method == null) {
      throw new IllegalStateException("no enhanced authentication is configured");
    }
    return method.name();
  }
}
