package io.mooring;

import io.mooring.internal.topic.TopicFilter;

/** Topic Names and Topic Filters (MQTT 5, section 4.7), checked where they enter the API. */
final class Topics {
  private Topics() {}

  static String requireName(String name) {
    Utf8Strings.require("topic name", name);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("topic name is empty; it takes at least one character");
    }
    if (name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
      throw new IllegalArgumentException(
          "topic name '" + name + "' holds a wildcard; + and # belong to filters (section 4.7.1)");
    }
    return name;
  }

  static String requireFilter(String filter) {
    TopicFilter.parse(Utf8Strings.require("topic filter", filter));
    return filter;
  }
}
