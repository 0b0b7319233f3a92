package io.mooring;

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
    Utf8Strings.require("topic filter", filter);
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

  /** The part of a filter that topics are matched against: without {@code $share/NAME/}. */
  static String withoutShare(String filter) {
    return filter.startsWith("$share/") ? filter.substring(filter.indexOf('/', 7) + 1) : filter;
  }

  /** True if {@code name} matches {@code filter} (section 4.7; no wildcard matches a leading $). */
  static boolean matches(String filter, String name) {
    String bare = withoutShare(filter);
    if (name.startsWith("$") && (bare.startsWith("#") || bare.startsWith("+"))) {
      return false;
    }
    int f = 0;
    int n = 0;
    while (true) {
      int fEnd = endOfLevel(bare, f);
      if (fEnd - f == 1 && bare.charAt(f) == '#') {
        return true;
      }
      int nEnd = endOfLevel(name, n);
      boolean single = fEnd - f == 1 && bare.charAt(f) == '+';
      if (!single && (fEnd - f != nEnd - n || !bare.regionMatches(f, name, n, fEnd - f))) {
        return false;
      }
      boolean fDone = fEnd == bare.length();
      boolean nDone = nEnd == name.length();
      if (fDone || nDone) {
        return nDone && (fDone || (bare.startsWith("/#", fEnd) && fEnd + 2 == bare.length()));
      }
      f = fEnd + 1;
      n = nEnd + 1;
    }
  }

  private static int endOfLevel(String topic, int from) {
    int slash = topic.indexOf('/', from);
    return slash < 0 ? topic.length() : slash;
  }
}
