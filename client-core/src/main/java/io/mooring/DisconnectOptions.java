package io.mooring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What DISCONNECT tells the broker (MQTT 5, section 3.14). Immutable: start at {@link #DEFAULT},
 * each {@code with} makes a copy.
 */
public final class DisconnectOptions {
  /** The longest Session Expiry Interval: 4,294,967,295 s, which means for ever. */
  public static final Duration MAX_SESSION_EXPIRY = Duration.ofSeconds(0xFFFF_FFFFL);

  /** Normal disconnection and nothing else: no Will, and the session lasts as CONNECT said. */
  public static final DisconnectOptions DEFAULT =
      new DisconnectOptions(ReasonCode.SUCCESS, null, null, List.of());

  private final ReasonCode reason;
  private final @Nullable Duration sessionExpiry;
  private final @Nullable String reasonString;
  private final List<UserProperty> userProperties;

  private DisconnectOptions(
      ReasonCode reason,
      @Nullable Duration sessionExpiry,
      @Nullable String reasonString,
      List<UserProperty> userProperties) {
    this.reason = reason;
    this.sessionExpiry = sessionExpiry;
    this.reasonString = reasonString;
    this.userProperties = userProperties;
  }

  /** The Reason Code. Default {@link ReasonCode#SUCCESS}: Normal disconnection. */
  public ReasonCode reason() {
    return reason;
  }

  /**
   * These options with another Reason Code. All but {@link ReasonCode#SUCCESS} have the broker
   * publish the Will.
   *
   * @param code one that a client may send (section 3.14.2.1): {@link ReasonCode#SUCCESS}, {@link
   *     ReasonCode#DISCONNECT_WITH_WILL_MESSAGE}, 0x80 to 0x83, 0x90, or 0x93 to 0x99
   * @throws IllegalArgumentException for any other, such as those that only a broker sends
   */
  public DisconnectOptions withReason(ReasonCode code) {
    if (!mayBeSent(code)) {
      throw new IllegalArgumentException(
          "a client may not send DISCONNECT with "
              + code
              + " (MQTT 5, 3.14.2.1); 0x00, 0x04, 0x80 to 0x83, 0x90 and 0x93 to 0x99 are allowed");
    }
    return new DisconnectOptions(code, sessionExpiry, reasonString, userProperties);
  }

  /** Table 3-13 of the standard, where the client is a sender. */
  private static boolean mayBeSent(ReasonCode code) {
    return switch (code.code()) {
      case 0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90 -> true;
      case 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99 -> true;
      default -> false;
    };
  }

  /** Session Expiry Interval in whole seconds; null leaves what CONNECT or CONNACK said. */
  public @Nullable Duration sessionExpiry() {
    return sessionExpiry;
  }

  /**
   * These options with another Session Expiry Interval (section 3.14.2.2.2), for a device that is
   * taken out of service or changes its Client Identifier. 0 s ends the session with the
   * connection: the broker forgets subscriptions and the messages that wait there, and what this
   * client has in flight goes out as new, QoS 2 perhaps twice.
   *
   * @param interval whole seconds, 0 s to {@link #MAX_SESSION_EXPIRY}; above 0 s only on a client
   *     whose {@link ClientBuilder#sessionExpiry} is above 0
   * @throws IllegalArgumentException if it is out of range or not in whole seconds
   */
  public DisconnectOptions withSessionExpiry(Duration interval) {
    if (interval.isNegative()
        || interval.compareTo(MAX_SESSION_EXPIRY) > 0
        || interval.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "session expiry is 0 s to 4294967295 s in whole seconds; got " + interval);
    }
    return new DisconnectOptions(reason, interval, reasonString, userProperties);
  }

  /** Reason String, for the broker's log; null if there is none. */
  public @Nullable String reasonString() {
    return reasonString;
  }

  /**
   * These options with a Reason String (section 3.14.2.2.3), at most 65,535 bytes of UTF-8. It is
   * left out, and the User Properties with it, if DISCONNECT would be over the broker's Maximum
   * Packet Size.
   *
   * @throws IllegalArgumentException if it is longer, or holds U+0000 or a lone surrogate
   */
  public DisconnectOptions withReasonString(String text) {
    return new DisconnectOptions(
        reason, sessionExpiry, Utf8Strings.require("reason string", text), userProperties);
  }

  /** User Properties in order, unmodifiable. Default none. */
  public List<UserProperty> userProperties() {
    return userProperties;
  }

  /**
   * These options with one User Property more (section 3.14.2.2.4), name and value at most 65,535
   * bytes of UTF-8 each. See {@link #withReasonString} for when all are left out.
   *
   * @throws IllegalArgumentException if one is longer, or holds U+0000 or a lone surrogate
   */
  public DisconnectOptions withUserProperty(String name, String value) {
    List<UserProperty> longer = new ArrayList<>(userProperties);
    longer.add(new UserProperty(name, value));
    return new DisconnectOptions(reason, sessionExpiry, reasonString, List.copyOf(longer));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DisconnectOptions options
        && reason == options.reason
        && Objects.equals(sessionExpiry, options.sessionExpiry)
        && Objects.equals(reasonString, options.reasonString)
        && userProperties.equals(options.userProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(reason, sessionExpiry, reasonString, userProperties);
  }

  /** Every option; of the User Properties only how many. */
  @Override
  public String toString() {
    return "DisconnectOptions["
        + reason
        + ", session expiry "
        + (sessionExpiry == null ? "unchanged" : sessionExpiry)
        + ", "
        + (reasonString == null ? "no reason string" : "\"" + reasonString + "\"")
        + ", "
        + userProperties.size()
        + " user properties]";
  }
}
