package io.mooring.bench.feeder;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Accepts {@link HeldSocket}s on loopback. */
final class HeldServerSocket extends ServerSocket {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int BACKLOG = 50;

  HeldServerSocket() throws IOException {
    super(0, BACKLOG, InetAddress.getByAddress(LOOPBACK));
  }

  @Override
  public HeldSocket accept() throws IOException {
    HeldSocket socket = new HeldSocket();
    implAccept(socket);
    return socket;
  }
}
