package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ScriptedBrokerTest {
  private static final byte[] HELLO = MqttPackets.connect("meter-0042").encode();

  @Test
  void script_expectsAndAnswers_overTls() throws Exception {
    try (var broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      var connect = wire.expectConnect();
                      assertEquals("meter-0042", connect.clientId());
                      wire.auth(MqttPackets.CONTINUE_AUTHENTICATION, "M", new byte[] {1});
                      assertEquals(Bytes.of((byte) 2), wire.expectAuth().data());
                      wire.connack("M", new byte[] {3});
                      wire.serve();
                    })
                .start();
        SSLSocket socket = connect(broker)) {
      send(socket, MqttPackets.connect("meter-0042", "M", new byte[] {0}).encode());
      assertEquals(MqttType.AUTH, read(socket).type());
      send(socket, MqttPackets.auth(0x18, "M", new byte[] {2}));
      assertEquals(MqttType.CONNACK, read(socket).type());
      send(socket, MqttPackets.subscribe(1, "a/#", 1));
      assertEquals(List.of(1), ((MqttPacket.Suback) read(socket)).reasonCodes());
      send(socket, MqttPackets.unsubscribe(2, "a/#"));
      assertEquals(List.of(0), ((MqttPacket.Unsuback) read(socket)).reasonCodes());
      send(socket, MqttPackets.publish("a", new byte[] {4}, 1, 3));
      assertEquals(MqttType.PUBACK, read(socket).type());
      send(socket, MqttPackets.publish("a", new byte[] {5}, 2, 4));
      assertEquals(MqttType.PUBREC, read(socket).type());
      send(socket, MqttPackets.pubrel(4, 0));
      assertEquals(MqttType.PUBCOMP, read(socket).type());
      send(socket, MqttPackets.pingreq());
      assertEquals(MqttType.PINGRESP, read(socket).type());
      send(socket, MqttPackets.disconnect(0));
      assertEquals(-1, socket.getInputStream().read());
      broker.verify();
      assertEquals(2, broker.received(MqttType.PUBLISH).size());
      assertEquals("TLSv1.3", broker.connections().get(0).tlsSession().orElseThrow().getProtocol());
    }
  }

  @Test
  void wrongPacket_failsTheTest_withWhatCameInstead() throws Exception {
    var broker = ScriptedBroker.builder().onConnection(Wire::expectAuth).start();
    try (SSLSocket socket = connect(broker)) {
      send(socket, HELLO);
      assertEquals(-1, socket.getInputStream().read());
    }
    var failure = assertThrows(AssertionError.class, broker::verify);
    assertTrue(failure.getMessage().contains("Expected AUTH"), failure::getMessage);
    assertTrue(failure.getMessage().contains("meter-0042"), failure::getMessage);
    broker.close();
  }

  @Test
  void failureNobodyVerified_isThrownByClose() throws Exception {
    var broker = ScriptedBroker.builder().onConnection(Wire::expectConnect).start();
    try (SSLSocket socket = connect(broker)) {
      send(socket, MqttPackets.pingreq());
      assertEquals(-1, socket.getInputStream().read());
    }
    assertThrows(AssertionError.class, broker::close);
  }

  @Test
  void silentClient_failsTheScript_afterItsBound() throws Exception {
    try (var broker =
            ScriptedBroker.builder()
                .bound(Duration.ofMillis(300))
                .onConnection(Wire::expectConnect)
                .start();
        SSLSocket socket = connect(broker)) {
      assertEquals(-1, socket.getInputStream().read());
      var failure = assertThrows(AssertionError.class, broker::verify);
      assertTrue(failure.getMessage().contains("nothing came within"), failure::getMessage);
    }
  }

  @Test
  void malformedPacket_failsTheScript() throws Exception {
    try (var broker = ScriptedBroker.builder().onConnection(Script.record()).start();
        SSLSocket socket = connect(broker)) {
      send(socket, new byte[] {(byte) 0xC1, 0});
      assertEquals(-1, socket.getInputStream().read());
      assertThrows(AssertionError.class, broker::verify);
    }
  }

  @Test
  void unusedScript_andConnectionWithoutScript_areBothFailures() throws Exception {
    try (var broker = ScriptedBroker.builder().onConnection(Script.record()).start()) {
      assertThrows(AssertionError.class, broker::verify);
      connect(broker).close();
      broker.awaitConnection(1);
      broker.verify();
      try (SSLSocket second = connect(broker)) {
        assertEquals(0, readUntilEnd(second).length);
      }
      broker.awaitConnection(2);
      var failure = assertThrows(AssertionError.class, broker::verify);
      assertTrue(failure.getMessage().contains("no script is left"), failure::getMessage);
    }
  }

  @Test
  void connections_haveScriptsOfTheirOwn_andRunAtTheSameTime() throws Exception {
    try (var broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.awaitCue("second is up");
                      wire.connack(0x89);
                    })
                .onEveryConnection(Script.accepting())
                .start();
        SSLSocket first = connect(broker);
        SSLSocket second = connect(broker)) {
      send(first, HELLO);
      send(second, HELLO);
      assertEquals(0, ((MqttPacket.Connack) read(second)).reasonCode());
      broker.cue("second is up");
      assertEquals(0x89, ((MqttPacket.Connack) read(first)).reasonCode());
      assertEquals(2, broker.awaitReceived(MqttType.CONNECT, 2).size());
      broker.verify();
    }
  }

  @Test
  void scriptsOfConnections_followTheOrderOfArrival() throws Exception {
    try (var broker =
        ScriptedBroker.builder().onConnection(wire -> wire.disconnect(0x8B)).start()) {
      try (SSLSocket first = connect(broker)) {
        assertEquals(0x8B, ((MqttPacket.Disconnect) read(first)).reasonCode());
      }
      broker.script(wire -> wire.disconnect(0x9C));
      try (SSLSocket second = connect(broker)) {
        assertEquals(0x9C, ((MqttPacket.Disconnect) read(second)).reasonCode());
      }
      broker.verify();
    }
  }

  @Test
  void testThread_canSpeakOnAConnectionToo() throws Exception {
    try (var broker = ScriptedBroker.builder().onConnection(Script.accepting()).start();
        SSLSocket socket = connect(broker)) {
      send(socket, HELLO);
      read(socket);
      broker.awaitConnection(1).publish("a/b", new byte[] {1});
      assertEquals("a/b", ((MqttPacket.Publish) read(socket)).topic());
    }
  }

  @Test
  void dribble_arrivesWhole() throws Exception {
    byte[] packet = MqttPackets.publish("a/b", new byte[50]);
    try (var broker =
            ScriptedBroker.builder()
                .onConnection(wire -> wire.sendDribble(packet, 1, Duration.ofNanos(1)))
                .start();
        SSLSocket socket = connect(broker)) {
      assertArrayEquals(packet, readUntilEnd(socket));
      broker.verify();
    }
  }

  @Test
  void stall_lastsUntilTheBrokerCloses_andLeavesNoThread() throws Exception {
    var broker = ScriptedBroker.builder().onConnection(Wire::stall).start();
    String name = "scripted-broker-" + broker.port();
    try (SSLSocket socket = connect(broker)) {
      broker.awaitConnection(1);
      broker.verify();
      socket.setSoTimeout(200);
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      assertTrue(isAlive(name));
      broker.close();
    }
    assertFalse(isAlive(name));
    assertThrows(ConnectException.class, () -> new Socket(Loopback.ipv4(), broker.port()).close());
  }

  @Test
  void abruptClose_isAReset() throws Exception {
    try (var broker = ScriptedBroker.builder().onConnection(Wire::closeAbruptly).start();
        SSLSocket socket = connect(broker)) {
      assertThrows(SocketException.class, () -> socket.getInputStream().read());
      broker.verify();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void abruptCloseByTheTest_isNoFailureOfAScriptThatHasNotComeToServe(boolean serves)
      throws Exception {
    try (var broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.pingresp();
                      wire.awaitCue("reset");
                      if (serves) {
                        wire.serve();
                      } else {
                        wire.readUntilClosed();
                      }
                    })
                .start();
        SSLSocket socket = connect(broker)) {
      read(socket);
      broker.connections().get(0).closeAbruptly();
      broker.cue("reset");
      broker.verify();
    }
  }

  @Test
  void closeWithoutNotify_endsTheStreamWithNoFurtherByte() throws Exception {
    assertEquals(0, bytesOfTheEnd(Wire::closeWithoutNotify));
  }

  @Test
  void closeNotify_isARecordOfItsOwn() throws Exception {
    assertTrue(bytesOfTheEnd(wire -> {}) > 0);
    assertTrue(bytesOfTheEnd(Wire::closeNotify) > 0);
  }

  /** How many bytes the broker's end of a TLS connection takes on the wire. */
  private static long bytesOfTheEnd(Script end) throws Exception {
    try (var broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.pingresp();
                      wire.awaitCue("end");
                      end.run(wire);
                    })
                .start();
        FaultProxy proxy = FaultProxy.to(broker.port());
        SSLSocket socket = connect(broker, proxy.port())) {
      read(socket);
      long before = proxy.serverBytes();
      broker.cue("end");
      assertEquals(0, readUntilEnd(socket).length);
      return proxy.serverBytes() - before;
    }
  }

  @Test
  void protocolsAndSuites_areTheBrokersChoice() throws Exception {
    try (var broker =
            ScriptedBroker.builder()
                .protocols("TLSv1.2")
                .cipherSuites("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")
                .onEveryConnection(Script.record())
                .start();
        SSLSocket socket = connect(broker)) {
      assertEquals("TLSv1.2", socket.getSession().getProtocol());
      assertEquals("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", socket.getSession().getCipherSuite());
    }
  }

  @Test
  void alpn_isAgreedOn() throws Exception {
    try (var broker = ScriptedBroker.builder().alpn("mqtt").onConnection(Script.record()).start()) {
      SSLSocket socket = plainConnect(TestTls.client(broker.identity().root()), broker.port());
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"mqtt"});
      socket.setSSLParameters(parameters);
      try (socket) {
        socket.startHandshake();
        assertEquals("mqtt", broker.awaitConnection(1).applicationProtocol().orElseThrow());
      }
    }
  }

  @Test
  void distrustingClient_isAFailedHandshake_notAFailedScript() throws Exception {
    try (var broker =
        ScriptedBroker.builder().protocols("TLSv1.2").onEveryConnection(Script.record()).start()) {
      SSLContext distrusting = TestTls.client(TestCertificates.ca("Another").create().root());
      try (SSLSocket socket = plainConnect(distrusting, broker.port())) {
        assertThrows(SSLHandshakeException.class, socket::startHandshake);
      }
      broker.awaitHandshakeFailures(1);
      assertTrue(broker.connections().isEmpty());
      broker.verify();
    }
  }

  @Test
  void clientCertificate_isRequiredAndSeen() throws Exception {
    TestIdentity devices = TestCertificates.ca("Devices").create();
    TestIdentity device = devices.client("meter-0042");
    try (var broker =
        ScriptedBroker.builder()
            .requireClientCertificate(devices.root())
            .onEveryConnection(wire -> wire.disconnect(0))
            .start()) {
      try (SSLSocket without = connect(broker)) {
        assertThrows(SSLException.class, () -> readUntilEnd(without));
      }
      broker.awaitHandshakeFailures(1);
      SSLContext with = TestTls.client(device, broker.identity().root());
      try (SSLSocket socket = plainConnect(with, broker.port())) {
        socket.startHandshake();
        read(socket);
        var session = broker.awaitConnection(1).tlsSession().orElseThrow();
        assertEquals(device.certificate(), session.getPeerCertificates()[0]);
      }
    }
  }

  @Test
  void requestedClientCertificate_mayBeMissing() throws Exception {
    TestIdentity devices = TestCertificates.ca("Devices").create();
    try (var broker =
            ScriptedBroker.builder()
                .requestClientCertificate(devices.root())
                .onConnection(wire -> wire.disconnect(0))
                .start();
        SSLSocket socket = connect(broker)) {
      assertEquals(MqttType.DISCONNECT, read(socket).type());
      broker.verify();
    }
  }

  @Test
  void plaintext_showsTheClientHello_andCanAnswerAsAnOldServer() throws Exception {
    try (var broker =
        ScriptedBroker.builder()
            .plaintext()
            .onConnection(
                wire -> {
                  assertEquals(22, wire.readTlsRecord()[0]);
                  wire.send(
                      TlsBytes.serverHello(TlsBytes.TLS_1_1, TlsBytes.ECDHE_RSA_AES_128_CBC_SHA));
                  // The client's alert: content type 21, level fatal, protocol_version.
                  byte[] alert = wire.readTlsRecord();
                  assertEquals(
                      List.of(21, 2, 70), List.of((int) alert[0], (int) alert[5], (int) alert[6]));
                })
            .start()) {
      SSLContext client = TestTls.client(broker.identity().root());
      try (SSLSocket socket = plainConnect(client, broker.port())) {
        assertThrows(SSLHandshakeException.class, socket::startHandshake);
      }
      broker.verify();
    }
  }

  @Test
  void fatalAlert_isUnderstoodByATlsClient() throws Exception {
    try (var broker =
        ScriptedBroker.builder()
            .plaintext()
            .onConnection(
                wire -> {
                  wire.readTlsRecord();
                  wire.send(TlsBytes.fatalAlert(40));
                })
            .start()) {
      SSLContext client = TestTls.client(broker.identity().root());
      try (SSLSocket socket = plainConnect(client, broker.port())) {
        var refusal = assertThrows(SSLHandshakeException.class, socket::startHandshake);
        assertTrue(refusal.getMessage().contains("handshake_failure"), refusal::getMessage);
      }
    }
  }

  @Test
  void silentBroker_acceptsTcpAndSaysNothing() throws Exception {
    try (var broker = ScriptedBroker.builder().silent().start();
        Socket socket = new Socket(Loopback.ipv4(), broker.port())) {
      socket.getOutputStream().write(HELLO);
      socket.setSoTimeout(200);
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      assertEquals(1, broker.accepted());
    }
  }

  @Test
  void bothLoopbacks_answerOnTheSamePort() throws Exception {
    try (var broker =
        ScriptedBroker.builder()
            .alsoOnIpv6()
            .plaintext()
            .onEveryConnection(wire -> wire.disconnect(0))
            .start()) {
      for (InetAddress address : List.of(Loopback.ipv4(), Loopback.ipv6())) {
        try (Socket socket = new Socket(address, broker.port())) {
          assertEquals(MqttType.DISCONNECT, read(socket).type());
        }
      }
    }
  }

  private static boolean isAlive(String threadName) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals(threadName));
  }

  private static SSLSocket connect(ScriptedBroker broker) throws IOException {
    return connect(broker, broker.port());
  }

  private static SSLSocket connect(ScriptedBroker broker, int port) throws IOException {
    SSLSocket socket = plainConnect(TestTls.client(broker.identity().root()), port);
    socket.startHandshake();
    return socket;
  }

  private static SSLSocket plainConnect(SSLContext context, int port) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket(Loopback.ipv4(), port);
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  private static MqttPacket read(Socket socket) throws IOException {
    return MqttPackets.read(socket.getInputStream()).orElseThrow();
  }

  private static byte[] readUntilEnd(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return in.readAllBytes();
  }
}
