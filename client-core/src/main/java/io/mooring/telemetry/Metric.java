package io.mooring.telemetry;

import java.util.Map;

/**
 * The name of a number; docs/TELEMETRY.md lists them all.
 *
 * @param name such as {@code mooring.outbound.messages}
 * @param description one line
 * @param unit such as {@code messages} or {@code milliseconds}
 * @param tags what tells it from others of its name; {@code client} is always there
 */
public record Metric(String name, String description, String unit, Map<String, String> tags) {
  /** Keeps a copy. */
  public Metric {
    tags = Map.copyOf(tags);
  }
}
