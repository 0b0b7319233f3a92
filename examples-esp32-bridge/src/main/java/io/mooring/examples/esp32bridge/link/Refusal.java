package io.mooring.examples.esp32bridge.link;

/** Why the bridge answers a HELLO with REFUSE; the number is its code on the line. */
public enum Refusal {
  /** Only there so that the codes begin at 1. */
  NONE("not refused"),
  /** The device speaks another version of the protocol. */
  VERSION("the device speaks a version of the protocol that the bridge does not"),
  /** No such device in the configuration. */
  UNKNOWN_DEVICE("no such device is configured"),
  /** The tag of HELLO is wrong. */
  WRONG_KEY("the board does not hold this device's key: a swapped board, or a wrong key"),
  /** The configuration binds the device to a port. */
  WRONG_LINE("the configuration binds this device to another line"),
  /** HELLO breaks the page. */
  MALFORMED("its HELLO is malformed"),
  /** No room. */
  TOO_MANY("too many devices");

  private final String words;

  Refusal(String words) {
    this.words = words;
  }

  /** What people read. */
  public String words() {
    return words;
  }

  int code() {
    return ordinal();
  }
}
