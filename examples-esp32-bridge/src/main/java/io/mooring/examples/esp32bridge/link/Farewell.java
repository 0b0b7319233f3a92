package io.mooring.examples.esp32bridge.link;

/** Why a session ends; those with a code are said by BYE. */
public enum Farewell {
  /** Closing in order. */
  CLOSING(1, "closed in order"),
  /** Frames beyond the credit. */
  FLOOD(2, "it sent frames beyond its credit"),
  /** Counters run out; the next session begins at 1. */
  COUNTER(3, "its frame counter ran out"),
  /** A verified frame breaks the page. */
  VIOLATION(4, "a frame broke the protocol"),
  /** The device turned up elsewhere. */
  MOVED(5, "the device is served on another line"),
  /** The device has to call anew. */
  CONFIGURATION(6, "the configuration changed"),
  /** Nothing verified for three keep-alive times. */
  SILENCE(0, "nothing came for three keep-alive times"),
  /** Nothing was acknowledged any more. */
  NO_PROGRESS(0, "ten retransmissions brought no progress"),
  /** The device began a new session. */
  RENEWED(0, "the device began a new session"),
  /** The port is gone. */
  UNPLUGGED(0, "the port closed");

  private final int code;
  private final String words;

  Farewell(int code, String words) {
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

  /** The reason that a device's BYE gives. */
  static Farewell of(int code) {
    for (Farewell farewell : values()) {
      if (code != 0 && farewell.code == code) {
        return farewell;
      }
    }
    return VIOLATION;
  }
}
