package io.mooring.examples.esp32bridge.topic;

import java.util.List;
import java.util.Optional;

/**
 * The allow-lists of one device. What no rule names does not pass, in either direction; the first
 * rule that matches counts.
 *
 * @param prefix the device's subtree at the cloud broker, without a slash at the end
 * @param publish what it may publish
 * @param subscribe what it is sent
 */
public record DeviceTopics(
    String prefix, List<PublishRule> publish, List<SubscribeRule> subscribe) {

  /**
   * Checks that nothing loops: what the device publishes must not be what it is sent.
   *
   * @throws IllegalArgumentException if a rule names the bridge's own subtree, or two overlap
   */
  public DeviceTopics {
    publish = List.copyOf(publish);
    subscribe = List.copyOf(subscribe);
    for (SubscribeRule down : subscribe) {
      requireNotReserved(down.filter(), "subscribe");
      for (PublishRule up : publish) {
        if (up.image().overlaps(down.filter()) || up.filter().overlaps(down.filter())) {
          throw new IllegalArgumentException(
              "'publish = "
                  + up.filter().text()
                  + "' and 'subscribe = "
                  + down.filter().text()
                  + "' overlap: the device would be sent what it published. Use topics that do not"
                  + " meet");
        }
      }
    }
    for (PublishRule up : publish) {
      requireNotReserved(up.image(), "publish");
    }
  }

  private static void requireNotReserved(TopicFilter filter, String what) {
    if (filter.overlaps(new TopicFilter(Suffix.RESERVED + "/#"))) {
      throw new IllegalArgumentException(
          "'"
              + what
              + " = "
              + filter.text()
              + "' takes in "
              + Suffix.RESERVED
              + "/#, where the bridge itself reports on the device. Name the topics level by"
              + " level");
    }
  }

  /** The rule for a message that the device publishes. */
  public Optional<PublishRule> publishRule(String suffix) {
    return publish.stream().filter(rule -> rule.filter().matches(suffix)).findFirst();
  }

  /** The rule for a message that the cloud broker brings. */
  public Optional<SubscribeRule> subscribeRule(String suffix) {
    return subscribe.stream().filter(rule -> rule.filter().matches(suffix)).findFirst();
  }

  /** The whole topic of a suffix. */
  public String topic(String suffix) {
    return prefix + "/" + suffix;
  }

  /** The part of a whole topic below this device's subtree; empty if it lies outside. */
  public Optional<String> suffix(String topic) {
    return topic.length() > prefix.length() + 1 && topic.startsWith(prefix + "/")
        ? Optional.of(topic.substring(prefix.length() + 1))
        : Optional.empty();
  }
}
