package io.mooring.internal.wire;

import io.mooring.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Properties of a received PUBLISH (MQTT 5, section 3.3.2.3).
 *
 * @param utf8Payload Payload Format Indicator 1
 * @param expirySeconds Message Expiry Interval, or -1 if absent
 * @param topicAlias 1 to 65,535, or 0 if absent
 * @param subscriptionIdentifiers in the order sent; empty if none
 */
@SuppressWarnings("ArrayRecordComponent")
public record PublishProperties(
    boolean utf8Payload,
    long expirySeconds,
    int topicAlias,
    @Nullable String responseTopic,
    byte @Nullable [] correlationData,
    List<UserProperty> userProperties,
    List<Integer> subscriptionIdentifiers,
    @Nullable String contentType) {

  /** No property at all: what most messages carry. */
  public static final PublishProperties NONE =
      new PublishProperties(false, -1, 0, null, null, List.of(), List.of(), null);
}
