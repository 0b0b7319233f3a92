package io.mooring.examples.esp32bridge.topic;

import io.mooring.Qos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a device may publish, and how it goes on to the cloud.
 *
 * @param filter below the device's subtree
 * @param qos what QoS 1 of the device becomes; {@link Qos#AT_MOST_ONCE} allows QoS 0 only
 * @param retain whether the device may have a message retained
 * @param expiry Message Expiry Interval given to each message, or null for none
 * @param target another place for it below the device's subtree, or null for the same
 */
public record PublishRule(
    TopicFilter filter,
    Qos qos,
    boolean retain,
    @Nullable Duration expiry,
    @Nullable String target) {

  /**
   * Checks that the target fits the filter.
   *
   * @throws IllegalArgumentException if it does not
   */
  public PublishRule {
    if (target != null) {
      TopicFilter place = new TopicFilter(target);
      boolean names = filter.isName() && place.isName();
      boolean trees = filter.stem() != null && place.stem() != null;
      if (!names && !trees) {
        throw new IllegalArgumentException(
            "'as "
                + target
                + "' does not fit '"
                + filter.text()
                + "': both are names, or both end in /# without another wildcard");
      }
    }
  }

  /** Where a message on {@code suffix}, which matches, goes below the device's subtree. */
  public String map(String suffix) {
    if (target == null) {
      return suffix;
    }
    String from = filter.stem();
    if (from == null) {
      return target;
    }
    String to = target.substring(0, target.length() - 1);
    return suffix.length() < from.length()
        ? to.substring(0, to.length() - 1)
        : to + suffix.substring(from.length());
  }

  /** The filter of everything that {@link #map} gives. */
  public TopicFilter image() {
    return target == null ? filter : new TopicFilter(target);
  }
}
