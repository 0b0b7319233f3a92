package io.mooring.testkit;

import java.io.IOException;

/** Bytes that are not the MQTT 5 packet they claim to be. */
public final class MalformedPacketException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedPacketException(String what) {
    super(what);
  }

  MalformedPacketException(String what, Throwable cause) {
    super(what, cause);
  }
}
