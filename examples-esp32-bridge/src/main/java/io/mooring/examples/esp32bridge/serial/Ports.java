package io.mooring.examples.esp32bridge.serial;

import java.io.IOException;
import java.util.List;

/** Where ports come from. */
public interface Ports {
  /** The ports that are there now and match, under the names that the configuration uses. */
  List<String> matching(String pattern);

  /**
   * Opens a port with 8 data bits, no parity and 1 stop bit.
   *
   * @throws IOException if it cannot be opened
   */
  Port open(String name, int baud) throws IOException;
}
