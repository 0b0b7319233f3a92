package io.mooring.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QuickAckTest {
  /** Linux delays acknowledgements once a connection looks like question and answer. */
  private static final int MOST_EXCHANGES = 10_000;

  @Test
  void delayedAcknowledgements_endWithIt() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SocketChannel socket = SocketChannel.open(server.getLocalSocketAddress());
        Socket peer = server.accept()) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      peer.setTcpNoDelay(true);
      SocketOption<?> option = option(socket);
      int exchanges = 0;
      while (socket.getOption(option).equals(true) && exchanges < MOST_EXCHANGES) {
        peer.getOutputStream().write(1);
        assertEquals(1, socket.read(ByteBuffer.allocate(1)));
        socket.write(ByteBuffer.wrap(new byte[] {2}));
        assertEquals(2, peer.getInputStream().read());
        exchanges++;
      }
      assertTrue(exchanges < MOST_EXCHANGES, "acknowledgements were never delayed");
      QuickAck.on(socket);
      assertEquals(true, socket.getOption(option));
    }
  }

  private static SocketOption<?> option(SocketChannel socket) {
    for (SocketOption<?> option : socket.supportedOptions()) {
      if (option.name().equals("TCP_QUICKACK")) {
        return option;
      }
    }
    return abort("This system has no TCP_QUICKACK");
  }
}
