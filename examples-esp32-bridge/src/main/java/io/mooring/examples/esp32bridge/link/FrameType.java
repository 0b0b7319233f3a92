package io.mooring.examples.esp32bridge.link;

import org.jspecify.annotations.Nullable;

/** The frames of the protocol; each says which way it goes. */
enum FrameType {
  INVITE(0x01, false, true),
  HELLO(0x02, true, false),
  WELCOME(0x03, false, true),
  REFUSE(0x04, false, true),
  ACK(0x10, true, true),
  NAK(0x11, true, true),
  PING(0x12, true, true),
  PONG(0x13, true, true),
  BYE(0x14, true, true),
  PUBLISH(0x20, true, true),
  RESULT(0x21, true, true),
  STATUS(0x22, false, true);

  private static final int FIRST_OF_SESSION = 0x10;
  private static final int FIRST_SEQUENCED = 0x20;

  private final int code;
  private final boolean up;
  private final boolean down;

  FrameType(int code, boolean up, boolean down) {
    this.code = code;
    this.up = up;
    this.down = down;
  }

  /** The type that the bridge may receive under this code, or null. */
  static @Nullable FrameType ofUp(int code) {
    for (FrameType type : values()) {
      if (type.code == code && type.up) {
        return type;
      }
    }
    return null;
  }

  int code() {
    return code;
  }

  boolean goesDown() {
    return down;
  }

  boolean inSession() {
    return code >= FIRST_OF_SESSION;
  }

  boolean sequenced() {
    return code >= FIRST_SEQUENCED;
  }
}
