package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
  private static final byte[] PING = MqttPackets.pingreq();
  private ScriptedBroker broker;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    broker = ScriptedBroker.builder().plaintext().onEveryConnection(Wire::serve).start();
    proxy = FaultProxy.to(broker.port());
  }

  @AfterEach
  void stop() {
    proxy.close();
    broker.close();
  }

  @Test
  void bytes_passBothWays_andAreCounted() throws Exception {
    try (Socket socket = open()) {
      ping(socket);
      assertEquals(1, proxy.connections());
      assertEquals(2, proxy.clientBytes());
      assertEquals(2, proxy.serverBytes());
    }
  }

  @Test
  void cut_endsTheLine_andANewOneWorks() throws Exception {
    try (Socket socket = open()) {
      ping(socket);
      proxy.cut();
      assertEquals(-1, socket.getInputStream().read());
    }
    try (Socket socket = open()) {
      ping(socket);
    }
  }

  @Test
  void reset_resetsTheLine() throws Exception {
    try (Socket socket = open()) {
      ping(socket);
      proxy.reset();
      assertThrows(SocketException.class, () -> socket.getInputStream().read());
    }
  }

  @Test
  void corruptServerByte_flipsOneBitOfThatByte_once() throws Exception {
    try (Socket socket = open()) {
      proxy.corruptServerByte(4);
      ping(socket);
      socket.getOutputStream().write(PING);
      byte[] damaged = MqttPackets.pingresp();
      damaged[1] ^= 0x10;
      assertArrayEquals(damaged, socket.getInputStream().readNBytes(2));
      ping(socket);
    }
  }

  @Test
  void trickle_passesEveryByte() throws Exception {
    proxy.trickle(1);
    try (Socket socket = open()) {
      ping(socket);
      ping(socket);
    }
  }

  @Test
  void stall_holdsBytesBack_untilResumed() throws Exception {
    try (Socket socket = open()) {
      ping(socket);
      proxy.stall();
      socket.getOutputStream().write(PING);
      socket.setSoTimeout(200);
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      proxy.resume();
      socket.setSoTimeout(0);
      assertArrayEquals(MqttPackets.pingresp(), socket.getInputStream().readNBytes(2));
    }
  }

  @Test
  void refuse_resetsNewConnectionsOnly() throws Exception {
    try (Socket open = open()) {
      ping(open);
      proxy.refuse();
      try (Socket refused = open()) {
        assertThrows(
            SocketException.class,
            () -> {
              refused.getOutputStream().write(PING);
              if (refused.getInputStream().read() < 0) {
                throw new SocketException("closed");
              }
            });
      }
      ping(open);
      proxy.accepting();
      try (Socket again = open()) {
        ping(again);
      }
    }
  }

  @Test
  void resetAfterClientBytes_letsExactlySoManyThrough() throws Exception {
    proxy.resetAfterClientBytes(3);
    try (Socket socket = open()) {
      ping(socket);
      socket.getOutputStream().write(PING);
      assertThrows(SocketException.class, () -> socket.getInputStream().read());
    }
    assertEquals(3, proxy.clientBytes());
    try (Socket again = open()) {
      ping(again);
    }
  }

  @Test
  void resetAfterServerBytes_letsExactlySoManyThrough() throws Exception {
    proxy.resetAfterServerBytes(2);
    try (Socket socket = open()) {
      socket.getOutputStream().write(PING);
      assertThrows(SocketException.class, () -> socket.getInputStream().readNBytes(3));
    }
    assertEquals(2, proxy.serverBytes());
  }

  @Test
  void close_leavesNoListener() throws Exception {
    int port = proxy.port();
    proxy.close();
    assertThrows(ConnectException.class, () -> new Socket(Loopback.ipv4(), port).close());
  }

  private Socket open() throws IOException {
    return new Socket(Loopback.ipv4(), proxy.port());
  }

  private static void ping(Socket socket) throws IOException {
    socket.getOutputStream().write(PING);
    assertArrayEquals(MqttPackets.pingresp(), socket.getInputStream().readNBytes(2));
  }
}
