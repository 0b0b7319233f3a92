package io.mooring.internal.engine;

import io.mooring.Endpoint;
import io.mooring.internal.telemetry.Log;
import java.util.ArrayList;
import java.util.List;

/**
 * A Server Reference (MQTT 5, section 4.11): names with optional ports, separated by spaces, an
 * IPv6 address in brackets. What is not of that form is left out, and so is all beyond the fourth.
 */
final class ServerReference {
  private static final Log LOG = Log.CONNECTION;
  private static final int LONGEST = 2_048;
  private static final int MOST = 4;

  private ServerReference() {}

  /** The endpoints named, in order; the port is 8883 unless named. */
  static List<Endpoint> parse(String text) {
    List<Endpoint> found = new ArrayList<>();
    if (text.length() > LONGEST) {
      return found;
    }
    for (String name : text.split(" ", -1)) {
      if (found.size() == MOST) {
        break;
      }
      if (name.isEmpty()) {
        continue;
      }
      try {
        Endpoint endpoint = Endpoint.parse("mqtts://" + bracketed(name));
        if (!found.contains(endpoint)) {
          found.add(endpoint);
        }
      } catch (IllegalArgumentException e) {
        LOG.log(System.Logger.Level.DEBUG, "A part of a Server Reference is no host", e);
      }
    }
    return found;
  }

  /** The standard also writes {@code [host]:port} with brackets around a name. */
  private static String bracketed(String name) {
    int end = name.indexOf(']');
    if (name.startsWith("[") && end > 0 && name.lastIndexOf(':', end) < 0) {
      return name.substring(1, end) + name.substring(end + 1);
    }
    return name;
  }
}
