package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.ListeningSockets.ListeningSocket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class ListeningSocketsTest {
  @Test
  void listeningSocket_isSeen_andIsGoneOnceClosed() throws Exception {
    int port;
    try (var listener = new ServerSocket(0, 1, Loopback.ipv4())) {
      port = listener.getLocalPort();
      assertTrue(listens("tcp", port));
    }
    assertFalse(listens("tcp", port));
  }

  @Test
  void connectedSocket_isNotAmongThem() throws Exception {
    try (var listener = new ServerSocket(0, 1, Loopback.ipv4());
        var client = new Socket(Loopback.ipv4(), listener.getLocalPort())) {
      assertFalse(listens("tcp", client.getLocalPort()));
    }
  }

  @Test
  void udpSocket_isSeen_unlessItHasAPeer() throws Exception {
    try (var bound = new DatagramSocket(new InetSocketAddress(Loopback.ipv4(), 0))) {
      assertTrue(listens("udp", bound.getLocalPort()));
      bound.connect(new InetSocketAddress(Loopback.ipv4(), 9));
      assertFalse(listens("udp", bound.getLocalPort()));
    }
  }

  @Test
  void address_isReadInTheByteOrderOfTheKernel() throws Exception {
    assertEquals(
        new InetSocketAddress(Loopback.ipv4(), 8883), ListeningSockets.address("0100007F:22B3"));
    assertEquals(
        new InetSocketAddress(Loopback.ipv6(), 1),
        ListeningSockets.address("00000000000000000000000001000000:0001"));
  }

  @Test
  void processThatIsNotThere_isAnError() {
    assertThrows(IOException.class, () -> ListeningSockets.ofProcess(Integer.MAX_VALUE));
  }

  /** The JDK opens IPv4 listeners as mapped IPv6 ones where the kernel has both. */
  private static boolean listens(String protocol, int port) throws IOException {
    for (ListeningSocket socket : ListeningSockets.ofThisProcess()) {
      if (socket.protocol().startsWith(protocol) && socket.address().getPort() == port) {
        assertTrue(socket.address().getAddress().isLoopbackAddress());
        return true;
      }
    }
    return false;
  }
}
