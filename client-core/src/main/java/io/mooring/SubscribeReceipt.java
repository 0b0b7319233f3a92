package io.mooring;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the broker granted with SUBACK (MQTT 5, section 3.9).
 *
 * @param filter the Topic Filter
 * @param granted the QoS that messages may come with; it can be lower than asked for
 * @param reasonString what the broker added for people, as it came, or null
 * @param userProperties what the broker added, unmodifiable
 */
public record SubscribeReceipt(
    String filter, Qos granted, @Nullable String reasonString, List<UserProperty> userProperties) {}
