package io.mooring.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names that take the place of placeholders. */
record DeviceNames(String clientId, @Nullable String userName) {
  /**
   * The name that {@code placeholder} stands for.
   *
   * @param atStart whether the topic begins with it
   * @throws PlaceholderException if there is none, or it would change the levels of the topic
   */
  String require(Placeholder placeholder, String template, boolean atStart) {
    String name = placeholder == Placeholder.CLIENT_ID ? clientId : userName;
    if (name == null || name.isEmpty()) {
      throw new PlaceholderException(
          "The topic policy has "
              + placeholder.text()
              + " in '"
              + template
              + "', and no "
              + placeholder.what()
              + " is configured. "
              + (placeholder == Placeholder.CLIENT_ID
                  ? "Call clientId(...): one that the broker assigns is known too late."
                  : "Authenticate with one, or use {clientId}."),
          placeholder.text());
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '+' || c == '#' || c == '/' || c == 0) {
        throw new PlaceholderException(
            String.format(
                Locale.ROOT,
                "The %s holds %s at index %d and cannot stand for %s in '%s': it would make the"
                    + " policy mean other topics. Give the device a name without +, #, / and"
                    + " U+0000.",
                placeholder.what(),
                c == 0 ? "U+0000" : "'" + c + "'",
                i,
                placeholder.text(),
                template),
            placeholder.text());
      }
    }
    if (atStart && name.startsWith("$")) {
      throw new PlaceholderException(
          "The "
              + placeholder.what()
              + " begins with $ and cannot stand at the start of '"
              + template
              + "': topics that begin with $ belong to the broker (MQTT 5, section 4.7.2)."
              + " Put a level before it, or give the device another name.",
          placeholder.text());
    }
    return name;
  }
}
