package io.mooring.examples.esp32bridge.gateway;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Commands that the cloud broker may send again: it has not seen the acknowledgement of at most
 * Receive Maximum of them when a connection breaks. A repetition says DUP; what tells it from
 * another command is its Correlation Data, so only commands that have some are remembered.
 */
final class Repeats {
  private static final int REMEMBERED = 256; // four times the Receive Maximum of a client

  private final Set<String> seen = new LinkedHashSet<>();

  /** Whether this is a repetition; remembers it. */
  boolean isRepeat(String identity, boolean duplicate) {
    boolean known = !seen.add(identity);
    if (seen.size() > REMEMBERED) {
      seen.remove(seen.iterator().next());
    }
    return known && duplicate;
  }
}
