package io.mooring;

import java.util.Objects;

/**
 * One User Property, a name and value pair (MQTT 5, section 3.1.2.11.8). A name may appear more
 * than once, so properties travel as a list, in order.
 *
 * @param name at most 65,535 bytes of UTF-8
 * @param value at most 65,535 bytes of UTF-8
 */
public record UserProperty(String name, String value) {
  /** Checks both parts against the limits of a UTF-8 Encoded String (section 1.5.4). */
  public UserProperty {
    Utf8Strings.require("user property name", name);
    Utf8Strings.require("user property value", value);
    Objects.requireNonNull(value);
  }
}
