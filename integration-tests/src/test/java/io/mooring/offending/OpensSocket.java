package io.mooring.offending;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class OpensSocket {
  void open() throws IOException {
    SocketChannel.open().close();
  }
}
