package io.mooring.cli;

import java.io.IOException;

/** CONNECT with no credential at all, by hand: the client itself never sends such a thing. */
final class BareLogin {
  /** MQTT 5, Clean Start, keep alive 60 s, no property, empty Client Identifier. */
  private static final byte[] CONNECT = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0, 0, 0};

  private static final byte[] DISCONNECT = {(byte) 0xE0, 0};
  private static final int CONNACK = 0x20;
  private static final int NOT_MQTT = -1;

  /** Both directions of a connection. */
  interface Pipe {
    void write(byte[] bytes) throws IOException;

    /** The next byte, or -1 at the end. */
    int read() throws IOException;
  }

  private BareLogin() {}

  /** The Reason Code of CONNACK, or a negative number if none came. */
  static int at(Pipe pipe) throws IOException {
    pipe.write(CONNECT.clone());
    if (pipe.read() != CONNACK) {
      return NOT_MQTT;
    }
    int length = pipe.read();
    int flags = pipe.read();
    int reason = pipe.read();
    if (length < 2 || flags < 0) {
      return NOT_MQTT;
    }
    if (reason == 0) {
      pipe.write(DISCONNECT.clone());
    }
    return reason;
  }
}
