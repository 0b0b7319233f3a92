package io.mooring.internal.session;

import io.mooring.UserProperty;
import io.mooring.Will;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What CONNECT asks for (MQTT 5, section 3.1), the same for each attempt. The password is not here:
 * it is fetched for each attempt and handed to {@link ConnectExchange#start}.
 *
 * @param clientId Client Identifier; empty asks the broker to assign one
 * @param cleanStart false if the owner has {@link SessionState#hold} take over a session that an
 *     earlier run left at the broker; Clean Start is said exactly when no session is held
 * @param keepAliveSeconds 0 (off) to 65,535
 * @param sessionExpirySeconds 0 (the session ends with the connection) to 4,294,967,295 (never)
 * @param receiveMaximum 1 to 65,535: QoS 1 and 2 messages from the broker not yet acknowledged
 * @param strictReceiveMaximum true if one message over it ends the connection with 0x93; false
 *     tolerates it, as Mosquitto before 2.0.13 needs
 * @param strictAcknowledgementOrder true if PUBACKs keep the order of all PUBLISHes of the
 *     connection, and PUBRECs theirs; false if they keep it among messages for the same
 *     subscriptions
 * @param maximumPacketSize 1 to 268,435,460 bytes: the largest packet we accept
 * @param topicAliasMaximum 0 (none) to 65,535: aliases we accept from the broker
 * @param outboundTopicAliases 0 (none) to 65,535: aliases we use, if the broker accepts that many
 * @param requestResponseInformation ask for Response Information in CONNACK
 * @param requestProblemInformation allow reason strings and user properties on every packet
 * @param userProperties User Properties of CONNECT
 * @param will the Will, or null
 * @param userName User Name, or null
 * @param authentication the enhanced method, or null
 */
public record ConnectOptions(
    String clientId,
    boolean cleanStart,
    int keepAliveSeconds,
    long sessionExpirySeconds,
    int receiveMaximum,
    boolean strictReceiveMaximum,
    boolean strictAcknowledgementOrder,
    int maximumPacketSize,
    int topicAliasMaximum,
    int outboundTopicAliases,
    boolean requestResponseInformation,
    boolean requestProblemInformation,
    List<UserProperty> userProperties,
    @Nullable Will will,
    @Nullable String userName,
    @Nullable Method authentication) {

  /** A session that never expires: 0xFFFFFFFF (section 3.1.2.11.2). */
  public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

  /** The largest packet of the protocol, header included (section 2.1.4). */
  public static final int PROTOCOL_MAXIMUM_PACKET_SIZE = 268_435_460;

  /** Checks every range. */
  public ConnectOptions {
    Objects.requireNonNull(clientId, "clientId");
    userProperties = List.copyOf(userProperties);
    requireRange("keepAliveSeconds", keepAliveSeconds, 0, 65_535);
    requireRange("sessionExpirySeconds", sessionExpirySeconds, 0, NEVER_EXPIRES);
    requireRange("receiveMaximum", receiveMaximum, 1, 65_535);
    requireRange("maximumPacketSize", maximumPacketSize, 1, PROTOCOL_MAXIMUM_PACKET_SIZE);
    requireRange("topicAliasMaximum", topicAliasMaximum, 0, 65_535);
    requireRange("outboundTopicAliases", outboundTopicAliases, 0, 65_535);
  }

  private static void requireRange(String option, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(option + " is " + low + " to " + high + "; got " + value);
    }
  }

  /**
   * An Authentication Method (section 3.1.2.11.9).
   *
   * @param name such as {@code SCRAM-SHA-256}, compared byte for byte
   * @param mutual true if no session may exist without a {@link ServerProof}
   */
  public record Method(String name, boolean mutual) {}
}
