package io.mooring.examples.esp32bridge.topic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Topic Filter (MQTT 5, section 4.7), not shared.
 *
 * @param text as it is written
 */
public record TopicFilter(String text) {
  /**
   * Checks the filter.
   *
   * @throws IllegalArgumentException if it is none
   */
  public TopicFilter {
    String problem = problem(text);
    if (problem != null) {
      throw new IllegalArgumentException("'" + text + "' is no topic filter: " + problem);
    }
  }

  private static @Nullable String problem(String text) {
    if (text.isEmpty()) {
      return "it is empty";
    }
    if (text.startsWith("$")) {
      return "it begins with $";
    }
    List<String> levels = levels(text);
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      if (level.isEmpty()) {
        return "it has an empty level";
      }
      if (level.contains("#") && !(level.equals("#") && i == levels.size() - 1)) {
        return "# stands alone in the last level";
      }
      if (level.contains("+") && !level.equals("+")) {
        return "+ stands alone in its level";
      }
    }
    return null;
  }

  /** Whether a Topic Name matches; {@code a/#} matches {@code a} too. */
  public boolean matches(String topic) {
    List<String> filter = levels(text);
    List<String> name = levels(topic);
    for (int i = 0; i < filter.size(); i++) {
      String level = filter.get(i);
      if (level.equals("#")) {
        return true;
      }
      if (i == name.size()) {
        return false;
      }
      if (!level.equals("+") && !level.equals(name.get(i))) {
        return false;
      }
      if (i == name.size() - 1 && i == filter.size() - 2 && filter.get(i + 1).equals("#")) {
        return true;
      }
    }
    return filter.size() == name.size();
  }

  /** Whether some Topic Name matches both. */
  public boolean overlaps(TopicFilter other) {
    List<String> a = levels(text);
    List<String> b = levels(other.text);
    for (int i = 0; ; i++) {
      if (isRest(a, i) || isRest(b, i)) {
        return true;
      }
      if (i == a.size() || i == b.size()) {
        return endsHere(a, i) && endsHere(b, i);
      }
      boolean wild = a.get(i).equals("+") || b.get(i).equals("+");
      if (!wild && !a.get(i).equals(b.get(i))) {
        return false;
      }
    }
  }

  private static boolean isRest(List<String> levels, int at) {
    return at < levels.size() && levels.get(at).equals("#");
  }

  private static boolean endsHere(List<String> levels, int at) {
    return levels.size() == at;
  }

  /** Whether it has no wildcard. */
  public boolean isName() {
    return text.indexOf('+') < 0 && text.indexOf('#') < 0;
  }

  /** What stands before a last level {@code #}, with its slash; null without one. */
  @Nullable String stem() {
    return text.endsWith("/#") && text.indexOf('+') < 0
        ? text.substring(0, text.length() - 1)
        : null;
  }

  private static List<String> levels(String text) {
    return List.of(text.split("/", -1));
  }
}
