package io.mooring.internal.topic;

/** Whether a Topic Name matches a Topic Filter (MQTT 5, section 4.7). */
public final class TopicMatch {
  private TopicMatch() {}

  /** True if {@code name} matches {@code filter}; no wildcard matches a leading {@code $}. */
  public static boolean matches(String filter, String name) {
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
      boolean filterDone = fEnd == bare.length();
      boolean nameDone = nEnd == name.length();
      if (filterDone || nameDone) {
        return filterDone == nameDone
            || (nameDone && bare.startsWith("/#", fEnd) && fEnd + 2 == bare.length());
      }
      f = fEnd + 1;
      n = nEnd + 1;
    }
  }

  /** A filter without {@code $share/NAME/} (section 4.8.2). */
  private static String withoutShare(String filter) {
    return filter.startsWith("$share/") ? filter.substring(filter.indexOf('/', 7) + 1) : filter;
  }

  private static int endOfLevel(String topic, int from) {
    int slash = topic.indexOf('/', from);
    return slash < 0 ? topic.length() : slash;
  }
}
