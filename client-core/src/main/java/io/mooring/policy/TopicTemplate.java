package io.mooring.policy;

import io.mooring.internal.topic.TopicFilter;
import java.util.List;

/** A Topic Filter with placeholders, as it is written in a policy. */
record TopicTemplate(String text) {
  /**
   * Checks what an application wrote.
   *
   * @throws IllegalArgumentException if it is no filter, is shared, or has an unknown placeholder
   */
  static TopicTemplate parse(String text) {
    TopicTemplate template = new TopicTemplate(text);
    if (text.contains("${") || (text.startsWith("$") && template.levels().get(0).contains("{"))) {
      // Else the name "share" would make a shared subscription of it.
      throw new IllegalArgumentException(
          "topic policy: '" + text + "': placeholders are written {clientId}, without a $");
    }
    if (template.sample().shared()) {
      throw new IllegalArgumentException(
          "topic policy: '"
              + text
              + "' is a shared subscription. Name its filter alone:"
              + " what may be subscribed may be shared.");
    }
    return template;
  }

  /** The filter of one device. */
  TopicFilter resolve(DeviceNames names) {
    String filter = fill((placeholder, atStart) -> names.require(placeholder, text, atStart));
    return TopicFilter.parse(filter);
  }

  /** The filter of a device whose names are all "x". */
  TopicFilter sample() {
    return TopicFilter.parse(fill((placeholder, atStart) -> "x"));
  }

  List<String> levels() {
    return List.of(text.split("/", -1));
  }

  boolean hasWildcard() {
    return text.indexOf('+') >= 0 || text.indexOf('#') >= 0;
  }

  /** What stands for a placeholder. */
  private interface Names {
    String of(Placeholder placeholder, boolean atStart);
  }

  /** One pass, so that a name which looks like a placeholder is not taken for one. */
  private String fill(Names names) {
    StringBuilder filled = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      Placeholder placeholder = Placeholder.at(text, i);
      if (placeholder != null) {
        filled.append(names.of(placeholder, i == 0));
        i += placeholder.text().length();
      } else if (c == '{' || c == '}') {
        throw new IllegalArgumentException(
            "topic policy: '"
                + text
                + "' has a brace at index "
                + i
                + " that is not of {clientId} or {userName}");
      } else {
        filled.append(c);
        i++;
      }
    }
    return filled.toString();
  }
}
