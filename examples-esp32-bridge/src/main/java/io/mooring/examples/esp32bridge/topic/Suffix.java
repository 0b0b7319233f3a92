package io.mooring.examples.esp32bridge.topic;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a device may say for a topic: the part below its own subtree (docs/BRIDGE-PROTOCOL.md). */
public final class Suffix {
  /** The subtree that the bridge keeps for itself below each device's. */
  public static final String RESERVED = "bridge";

  private static final int MAX_BYTES = 128;
  private static final int MAX_LEVELS = 8;

  private Suffix() {}

  /** Why this is no suffix, or null if it is one. */
  public static @Nullable String problem(String suffix) {
    int bytes = suffix.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      return "it has " + bytes + " bytes of 1 to " + MAX_BYTES;
    }
    if (suffix.startsWith("$")) {
      return "it begins with $";
    }
    if (suffix.chars().anyMatch(c -> c < ' ' || c == 0x7F || c == '+' || c == '#')) {
      return "it holds a wildcard or a control character";
    }
    String[] levels = suffix.split("/", -1);
    if (levels.length > MAX_LEVELS) {
      return "it has " + levels.length + " levels of " + MAX_LEVELS;
    }
    for (String level : levels) {
      if (level.isEmpty()) {
        return "it has an empty level";
      }
    }
    return null;
  }

  /** Whether the bridge keeps this for itself. */
  public static boolean isReserved(String suffix) {
    return suffix.equals(RESERVED) || suffix.startsWith(RESERVED + "/");
  }
}
