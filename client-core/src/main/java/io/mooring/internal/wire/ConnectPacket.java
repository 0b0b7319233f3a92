package io.mooring.internal.wire;

import io.mooring.UserProperty;
import io.mooring.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (MQTT 5, section 3.1).
 *
 * @param keepAliveSeconds 0 (off) to 65,535
 * @param sessionExpirySeconds 0 to 0xFFFFFFFF
 * @param receiveMaximum 1 to 65,535
 * @param maximumPacketSize 1 to 268,435,460, what we accept
 * @param topicAliasMaximum 0 to 65,535, what we accept
 */
@SuppressWarnings("ArrayRecordComponent")
public record ConnectPacket(
    String clientId,
    boolean cleanStart,
    int keepAliveSeconds,
    long sessionExpirySeconds,
    int receiveMaximum,
    int maximumPacketSize,
    int topicAliasMaximum,
    boolean requestResponseInformation,
    boolean requestProblemInformation,
    List<UserProperty> userProperties,
    @Nullable Will will,
    @Nullable String userName,
    byte @Nullable [] password,
    @Nullable String authenticationMethod,
    byte @Nullable [] authenticationData) {
  /** Client Identifier only; never password or authentication data. */
  @Override
  public String toString() {
    return "CONNECT[clientId=" + clientId + ", cleanStart=" + cleanStart + "]";
  }
}
