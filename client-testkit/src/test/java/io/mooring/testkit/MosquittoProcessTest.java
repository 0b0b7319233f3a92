package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MosquittoProcessTest {
  @BeforeAll
  static void needMosquitto() {
    RequiredTool.orSkip("mosquitto");
    RequiredTool.orSkip("mosquitto_passwd");
  }

  @Test
  void broker_speaksMqtt5OverTls_andItsProcessEnds() throws Exception {
    long pid;
    try (var broker = MosquittoProcess.builder().maxPacketSize(1000).start();
        SSLSocket socket = open(TestTls.client(broker.identity().root()), broker)) {
      pid = broker.pid();
      var connack = exchange(socket, MqttPackets.connect("m"));
      assertEquals(0, connack.reasonCode());
      assertEquals(
          1000, connack.properties().number(MqttProperty.MAXIMUM_PACKET_SIZE).orElseThrow());
      broker.awaitLog("New client connected");
      assertEquals(
          List.of(broker.port()),
          ListeningSockets.ofProcess(pid).stream().map(s -> s.address().getPort()).toList());
    }
    assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void users_needTheirPassword_andAclBindsThem() throws Exception {
    try (var broker =
        MosquittoProcess.builder()
            .user("meter", "right")
            .acl("user meter\ntopic readwrite plant/7/meter/#\n")
            .start()) {
      SSLContext tls = TestTls.client(broker.identity().root());
      try (SSLSocket socket = open(tls, broker)) {
        assertEquals(0x87, exchange(socket, login("wrong")).reasonCode());
      }
      try (SSLSocket socket = open(tls, broker)) {
        assertEquals(0x87, exchange(socket, MqttPackets.connect("anonymous")).reasonCode());
      }
      try (SSLSocket socket = open(tls, broker)) {
        assertEquals(0, exchange(socket, login("right")).reasonCode());
        socket.getOutputStream().write(MqttPackets.publish("other", new byte[1], 1, 1));
        assertEquals(0x87, ((MqttPacket.Ack) read(socket)).reasonCode());
      }
    }
  }

  @Test
  void clientCertificate_isRequired_andNamesTheUser() throws Exception {
    TestIdentity devices = TestCertificates.ca("Devices").create();
    try (var broker =
        MosquittoProcess.builder()
            .requireClientCertificate(devices.root())
            .certificateIsUser()
            .acl("user meter-0042\ntopic write allowed\n")
            .start()) {
      try (SSLSocket without = open(TestTls.client(broker.identity().root()), broker)) {
        assertThrows(SSLException.class, () -> exchange(without, MqttPackets.connect("without")));
      }
      SSLContext with = TestTls.client(devices.client("meter-0042"), broker.identity().root());
      try (SSLSocket socket = open(with, broker)) {
        assertEquals(0, exchange(socket, MqttPackets.connect("c")).reasonCode());
        socket.getOutputStream().write(MqttPackets.publish("allowed", new byte[1], 1, 1));
        assertTrue(((MqttPacket.Ack) read(socket)).reasonCode() < 0x80);
      }
    }
  }

  @Test
  void restart_keepsPortAndSessions() throws Exception {
    try (var broker = MosquittoProcess.builder().start()) {
      int port = broker.port();
      SSLContext tls = TestTls.client(broker.identity().root());
      var keep = MqttProperties.NONE.with(MqttProperty.SESSION_EXPIRY_INTERVAL, 3600);
      var resume =
          new MqttPacket.Connect(
              false, 60, "keeper", Optional.empty(), Optional.empty(), Optional.empty(), keep);
      try (SSLSocket socket = open(tls, broker)) {
        assertFalse(exchange(socket, resume).sessionPresent());
        socket.getOutputStream().write(MqttPackets.subscribe(1, "a", 1));
        read(socket);
      }
      broker.restart();
      assertEquals(port, broker.port());
      try (SSLSocket socket = open(tls, broker)) {
        assertTrue(exchange(socket, resume).sessionPresent(), broker::log);
      }
    }
  }

  @Test
  void wrongConfiguration_isAnErrorThatShowsTheLog() {
    var refused =
        assertThrows(
            IOException.class,
            () -> MosquittoProcess.builder().option("no_such_option 1").start().close());
    assertTrue(refused.getMessage().contains("no_such_option"), refused::getMessage);
  }

  private static MqttPacket.Connect login(String password) {
    return new MqttPacket.Connect(
        true,
        60,
        "c",
        Optional.empty(),
        Optional.of("meter"),
        Optional.of(Bytes.utf8(password)),
        MqttProperties.NONE);
  }

  private static SSLSocket open(SSLContext tls, MosquittoProcess broker) throws IOException {
    return (SSLSocket) tls.getSocketFactory().createSocket(Loopback.ipv4(), broker.port());
  }

  private static MqttPacket.Connack exchange(SSLSocket socket, MqttPacket.Connect connect)
      throws IOException {
    socket.getOutputStream().write(connect.encode());
    return (MqttPacket.Connack) read(socket);
  }

  private static MqttPacket read(SSLSocket socket) throws IOException {
    return MqttPackets.read(socket.getInputStream()).orElseThrow();
  }
}
