package io.mooring.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Listeners on a free port of the loopback addresses. */
final class LoopbackListeners {
  private static final int PORT_ATTEMPTS = 20;

  private LoopbackListeners() {}

  /** One on 127.0.0.1 and, if asked for, one on ::1 with the same port. */
  static List<ServerSocket> open(boolean ipv6) throws IOException {
    InetAddress four = Loopback.ipv4();
    for (int attempt = 1; ; attempt++) {
      ServerSocket first = listenOn(four, 0);
      if (!ipv6) {
        return List.of(first);
      }
      try {
        return List.of(first, listenOn(Loopback.ipv6(), first.getLocalPort()));
      } catch (BindException e) {
        first.close();
        if (attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static ServerSocket listenOn(InetAddress address, int port) throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.bind(new InetSocketAddress(address, port));
      return listener;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }
}
