package io.mooring.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.TestTls;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DemoBrokerModesTest {
  private static final String PASSWORD = "correct horse";
  private static final TestIdentity DEVICES = TestCertificates.ca("Devices").create();
  private static final TestIdentity SERVER =
      TestCertificates.ca("Broker CA").create().server("localhost");

  @Test
  void passwordLogin_takesTheRightPasswordOnly() throws Exception {
    try (DemoBroker broker =
        DemoBroker.builder()
            .passwordLogin()
            .base("site/a")
            .iterations(5000)
            .device("meter", PASSWORD)
            .start()) {
      assertEquals(0x86, connect(broker, "meter", "meter", "wrong"));
      assertEquals(0x86, connect(broker, "meter", "nobody", PASSWORD));
      assertEquals(0x86, connect(broker, "other", "meter", PASSWORD));
      try (RawClient client = RawClient.to(broker)) {
        byte[] login = RawClient.passwordConnect("meter", "meter", PASSWORD).encode();
        assertEquals(0, ((MqttPacket.Connack) client.exchange(login)).reasonCode());
        byte[] own = MqttPackets.publish("site/a/meter/t", new byte[1], 1, 1);
        assertEquals(0x10, ((MqttPacket.Ack) client.exchange(own)).reasonCode());
        byte[] foreign = MqttPackets.publish("plant/7/meter/t", new byte[1], 1, 1);
        assertEquals(0x87, ((MqttPacket.Ack) client.exchange(foreign)).reasonCode());
      }
    }
  }

  @Test
  void clientCertificate_namesItsDevice() throws Exception {
    try (DemoBroker broker =
        DemoBroker.builder().certificate(SERVER).certificateLogin(DEVICES.root()).start()) {
      SSLContext device = TestTls.client(DEVICES.client("meter"), SERVER.root());
      try (RawClient client = new RawClient(device, broker.port())) {
        byte[] connect = MqttPackets.connect("meter").encode();
        assertEquals(0, ((MqttPacket.Connack) client.exchange(connect)).reasonCode());
        byte[] foreign = MqttPackets.subscribe(1, "plant/7/other/#", 1);
        assertEquals(0x87, ((MqttPacket.Suback) client.exchange(foreign)).reasonCodes().get(0));
      }
      try (RawClient client = new RawClient(device, broker.port())) {
        byte[] other = MqttPackets.connect("other").encode();
        assertEquals(0x87, ((MqttPacket.Connack) client.exchange(other)).reasonCode());
      }
    }
  }

  @Test
  void clientCertificate_isRequired_besideScram() throws Exception {
    TestIdentity stranger = TestCertificates.ca("Others").create().client("meter");
    try (DemoBroker broker =
        DemoBroker.builder()
            .certificate(SERVER)
            .requireClientCertificate(DEVICES.root())
            .operator("control", PASSWORD)
            .start()) {
      SSLContext device = TestTls.client(DEVICES.client("meter"), SERVER.root());
      try (RawClient both = new RawClient(device, broker.port())) {
        var scram = RawClient.scram("SCRAM-SHA-256", "control", PASSWORD);
        var connack = (MqttPacket.Connack) RawClient.login(both, "console", scram);
        assertEquals(0, connack.reasonCode());
      }
      try (RawClient certificateOnly = new RawClient(device, broker.port())) {
        byte[] connect = MqttPackets.connect("meter").encode();
        assertEquals(0x8C, ((MqttPacket.Connack) certificateOnly.exchange(connect)).reasonCode());
      }
      for (SSLContext refused :
          List.of(TestTls.client(SERVER.root()), TestTls.client(stranger, SERVER.root()))) {
        try (RawClient client = new RawClient(refused, broker.port())) {
          byte[] connect = MqttPackets.connect("meter").encode();
          assertThrows(SSLException.class, () -> client.exchange(connect));
        }
      }
    }
  }

  @Test
  void anonymous_isOnlyOnRequest() throws Exception {
    try (DemoBroker broker = DemoBroker.builder().anonymous().start();
        RawClient client = RawClient.to(broker)) {
      byte[] connect = MqttPackets.connect("anyone").encode();
      assertEquals(0, ((MqttPacket.Connack) client.exchange(connect)).reasonCode());
    }
  }

  private static int connect(DemoBroker broker, String clientId, String user, String password)
      throws Exception {
    try (RawClient client = RawClient.to(broker)) {
      byte[] login = RawClient.passwordConnect(clientId, user, password).encode();
      return ((MqttPacket.Connack) client.exchange(login)).reasonCode();
    }
  }
}
