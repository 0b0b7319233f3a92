package io.mooring.it;

import io.mooring.cli.Mooring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * The {@code mooring} command in a process that a guest shares: it starts to listen once its input
 * has a line, says on which port, and never stops.
 */
final class LateListener {
  private LateListener() {}

  public static void main(String[] arguments) {
    Thread guest = new Thread(LateListener::listen, "guest");
    guest.setDaemon(true);
    guest.start();
    Mooring.main(arguments);
  }

  private static void listen() {
    try {
      if (System.in.read() >= 0) {
        @SuppressWarnings("resource") // until the process ends
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        System.out.println("listening " + listener.getLocalPort());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
