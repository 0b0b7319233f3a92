package io.mooring.examples.esp32bridge.config;

import io.mooring.examples.esp32bridge.topic.DeviceTopics;
import org.jspecify.annotations.Nullable;

/**
 * One device.
 *
 * @param id its name on the line, at the brokers and in the keystores
 * @param leg how it is reached
 * @param line the only port it may use, as {@link SerialSettings.Line#pattern}; null for any
 * @param topics its allow-lists
 */
public record DeviceSettings(String id, Leg leg, @Nullable String line, DeviceTopics topics) {
  /** How a device is reached. */
  public enum Leg {
    /** Over a serial line. */
    SERIAL,
    /** Through the local broker. */
    LOCAL
  }
}
