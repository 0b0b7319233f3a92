package io.mooring.internal.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Topic Aliases we use on one connection (MQTT 5, section 3.3.2.3.4). When all are taken, the topic
 * used longest ago gives up its alias.
 */
final class OutboundAliases {
  private final int maximum;
  private final LinkedHashMap<String, Integer> byTopic = new LinkedHashMap<>(16, 0.75f, true);

  OutboundAliases(int maximum) {
    this.maximum = maximum;
  }

  /** The alias the broker knows for {@code topic}, or 0. */
  int known(String topic) {
    if (maximum == 0) {
      return 0;
    }
    Integer alias = byTopic.get(topic);
    return alias == null ? 0 : alias;
  }

  /** The alias that {@link #assign} would give next, or 0 if none are used. */
  int free() {
    if (byTopic.size() < maximum) {
      return byTopic.size() + 1;
    }
    Map.@Nullable Entry<String, Integer> eldest = eldest();
    return eldest == null ? 0 : eldest.getValue();
  }

  /** The PUBLISH with {@code alias} and {@code topic} was written. */
  void assign(String topic, int alias) {
    if (byTopic.size() == maximum) {
      Map.@Nullable Entry<String, Integer> eldest = eldest();
      if (eldest != null) {
        byTopic.remove(eldest.getKey());
      }
    }
    byTopic.put(topic, alias);
  }

  private Map.@Nullable Entry<String, Integer> eldest() {
    return byTopic.isEmpty() ? null : byTopic.entrySet().iterator().next();
  }
}
