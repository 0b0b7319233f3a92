package io.mooring;

import io.mooring.internal.wire.SendableText;

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
    SendableText.require("topic filter", Utf8Strings.require("topic filter", filter));
    String bare = filter;
    if (filter.startsWith("$share/")) {
      int slash = filter.indexOf('/', 7);
      if (slash <= 7 || slash == filter.length() - 1) {
        throw new IllegalArgumentException(
            "shared subscription '" + filter + "' is not $share/NAME/FILTER (section 4.8.2)");
      }
      String share = filter.substring(7, slash);
      if (share.indexOf('+') >= 0 || share.indexOf('#') >= 0) {
        throw new IllegalArgumentException(
            "share name '" + share + "' holds a wildcard (section 4.8.2)");
      }
      bare = filter.substring(slash + 1);
    }
    if (bare.isEmpty()) {
      throw new IllegalArgumentException("topic filter is empty; it takes at least one character");
    }
    String[] levels = bare.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      String level = levels[i];
      boolean multi = level.indexOf('#') >= 0;
      if (multi && (level.length() > 1 || i < levels.length - 1)) {
        throw new IllegalArgumentException(
            "topic filter '" + filter + "': # stands alone in the last level (section 4.7.1.2)");
      }
      if (level.indexOf('+') >= 0 && level.length() > 1) {
        throw new IllegalArgumentException(
            "topic filter '" + filter + "': + takes a whole level (section 4.7.1.3)");
      }
    }
    return filter;
  }
}
