package io.mooring.offending;

import java.io.IOException;
import java.net.ServerSocket;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class Listens {
  void listen() throws IOException {
    new ServerSocket(0).close();
  }
}
