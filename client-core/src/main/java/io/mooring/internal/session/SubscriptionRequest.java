package io.mooring.internal.session;

import io.mooring.SubscribeOptions;
import io.mooring.UserProperty;
import io.mooring.error.MooringException;
import io.mooring.internal.wire.Packet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One SUBSCRIBE or UNSUBSCRIBE. Belongs to one connection: if that ends first, it fails with the
 * cause. Ends with exactly one call to its {@link Completion}.
 */
public final class SubscriptionRequest implements Awaited {
  private final boolean unsubscribe;
  private final Map<String, SubscribeOptions> filters;
  private final int subscriptionIdentifier;
  private final List<UserProperty> userProperties;
  private final Completion completion;

  private SubscriptionRequest(
      boolean unsubscribe,
      Map<String, SubscribeOptions> filters,
      int subscriptionIdentifier,
      List<UserProperty> userProperties,
      Completion completion) {
    this.unsubscribe = unsubscribe;
    this.filters = Collections.unmodifiableMap(new LinkedHashMap<>(filters));
    this.subscriptionIdentifier = subscriptionIdentifier;
    this.userProperties = List.copyOf(userProperties);
    this.completion = completion;
    if (filters.isEmpty()) {
      throw new IllegalArgumentException("no topic filter; the standard asks for at least one");
    }
  }

  /**
   * A SUBSCRIBE (MQTT 5, section 3.8).
   *
   * @param filters checked Topic Filters, in the order of the SUBACK's reasons
   * @param subscriptionIdentifier 1 to 268,435,455, or 0 for none
   */
  public static SubscriptionRequest subscribe(
      Map<String, SubscribeOptions> filters,
      int subscriptionIdentifier,
      List<UserProperty> userProperties,
      Completion completion) {
    if (subscriptionIdentifier < 0 || subscriptionIdentifier > 268_435_455) {
      throw new IllegalArgumentException(
          "subscriptionIdentifier is 1 to 268435455, or 0 for none; got " + subscriptionIdentifier);
    }
    return new SubscriptionRequest(
        false, filters, subscriptionIdentifier, userProperties, completion);
  }

  /** An UNSUBSCRIBE (section 3.10). */
  public static SubscriptionRequest unsubscribe(
      List<String> filters, List<UserProperty> userProperties, Completion completion) {
    Map<String, SubscribeOptions> keys = new LinkedHashMap<>();
    filters.forEach(filter -> keys.put(filter, SubscribeOptions.DEFAULT));
    return new SubscriptionRequest(true, keys, 0, userProperties, completion);
  }

  boolean isUnsubscribe() {
    return unsubscribe;
  }

  Map<String, SubscribeOptions> filters() {
    return filters;
  }

  int subscriptionIdentifier() {
    return subscriptionIdentifier;
  }

  List<UserProperty> userProperties() {
    return userProperties;
  }

  Completion completion() {
    return completion;
  }

  /** Hears how a request ended. Called on the event loop: hands over and returns. */
  public interface Completion {
    /** SUBACK or UNSUBACK: one reason for each filter, in order; some may be 0x80 or more. */
    void acknowledged(Packet.SubAck acknowledgement);

    /** Not sent, or the connection ended before the answer. */
    void failed(MooringException cause);
  }
}
