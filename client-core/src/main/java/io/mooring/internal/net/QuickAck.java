package io.mooring.internal.net;

import io.mooring.internal.telemetry.Log;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;

/**
 * Acknowledges what comes next at once, where the operating system can (TCP_QUICKACK of Linux). A
 * broker that leaves Nagle's algorithm on, as Mosquitto does unless told otherwise, sends the
 * tickets of TLS 1.3 and holds its CONNACK back until they are acknowledged; a system that has just
 * sent something takes 40 ms for that. The option is known by its name: the module {@code jdk.net},
 * which has it, may be absent.
 */
final class QuickAck {
  private static final String NAME = "TCP_QUICKACK";

  private QuickAck() {}

  /** Until {@code channel} sends something again. */
  static void on(SocketChannel channel) {
    for (SocketOption<?> option : channel.supportedOptions()) {
      if (option.name().equals(NAME)) {
        set(channel, option);
      }
    }
  }

  @SuppressWarnings("unchecked") // its type is asked for
  private static void set(SocketChannel channel, SocketOption<?> option) {
    if (option.type() != Boolean.class) {
      return;
    }
    try {
      channel.setOption((SocketOption<Boolean>) option, true);
    } catch (IOException e) {
      Log.CONNECTION.log(System.Logger.Level.DEBUG, "No quick acknowledgement", e);
    }
  }
}
