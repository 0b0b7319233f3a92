package io.mooring.examples.esp32bridge.link;

/** Why the bridge answers a HELLO with REFUSE; the number is its code on the line. */
public enum Refusal {
  /** The device speaks another version of the protocol. */
  VERSION(1, "the device speaks a version of the protocol that the bridge does not"),
  /** No such device in the configuration. */
  UNKNOWN_DEVICE(2, "no such device is configured"),
  /** The tag of HELLO is wrong. */
  WRONG_KEY(3, "the board does not hold this device's key: a swapped board, or a wrong key"),
  /** The configuration binds the device to a port. */
  WRONG_LINE(4, "the configuration binds this device to another line"),
  /** HELLO breaks the page. */
  MALFORMED(5, "its HELLO is malformed"),
  /** No room. */
  TOO_MANY(6, "too many devices");

  private final int code;
  private final String words;

  Refusal(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** What people read. */
  public String words() {
    return words;
  }

  int code() {
    return code;
  }
}
