package io.mooring.policy;

import org.jspecify.annotations.Nullable;

/** What stands in a policy for a name that is known once the client is built. */
enum Placeholder {
  CLIENT_ID("{clientId}", "client identifier"),
  USER_NAME("{userName}", "user name");

  private final String text;
  private final String what;

  Placeholder(String text, String what) {
    this.text = text;
    this.what = what;
  }

  String text() {
    return text;
  }

  /** The name in words. */
  String what() {
    return what;
  }

  /** The one that begins at {@code index}; null if none does. */
  static @Nullable Placeholder at(String text, int index) {
    for (Placeholder each : values()) {
      if (text.startsWith(each.text, index)) {
        return each;
      }
    }
    return null;
  }
}
