package io.mooring;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a message was delivered: at QoS 0 handed to TLS, at QoS 1 PUBACK, at QoS 2 PUBCOMP.
 *
 * @param topic the Topic Name it was published to
 * @param qos the Quality of Service it was published with
 * @param reason {@link ReasonCode#SUCCESS}, or {@link ReasonCode#NO_MATCHING_SUBSCRIBERS} where the
 *     broker says so
 * @param reasonString what the broker added, or null
 * @param userProperties what the broker added
 */
public record PublishReceipt(
    String topic,
    Qos qos,
    ReasonCode reason,
    @Nullable String reasonString,
    List<UserProperty> userProperties) {}
