package io.mooring.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.scram.client.ScramClient;
import io.mooring.testkit.Bytes;
import io.mooring.testkit.ListeningSockets;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttType;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DemoBrokerTest {
  private static final String DEVICE = "meter-0042";
  private static final String PASSWORD = "correct horse";
  private static final int NOT_AUTHORIZED = 0x87;
  private static DemoBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker =
        DemoBroker.builder()
            .device(DEVICE, PASSWORD)
            .device("meter-0043", "another password")
            .operator("control", PASSWORD)
            .start();
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
  void scram_rightPassword_provesBothSides(String mechanism) throws Exception {
    try (RawClient client = RawClient.to(broker)) {
      assertAccepted(RawClient.login(client, DEVICE, RawClient.scram(mechanism, DEVICE, PASSWORD)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS"})
  void scramPlus_boundToTheBrokersCertificate_isAccepted(String mechanism) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(broker.identity().certificate().getEncoded());
    try (RawClient client = RawClient.to(broker)) {
      assertAccepted(
          RawClient.login(client, DEVICE, plus(mechanism, "tls-server-end-point", hash)));
    }
  }

  @Test
  void scramPlus_boundToAnotherCertificate_isRefused() throws Exception {
    try (RawClient client = RawClient.to(broker)) {
      ScramClient bound = plus("SCRAM-SHA-256-PLUS", "tls-server-end-point", new byte[32]);
      assertRefused(NOT_AUTHORIZED, RawClient.login(client, DEVICE, bound));
    }
  }

  @Test
  void scramPlus_withTlsExporter_isRefused_asThisBrokerHasNone() throws Exception {
    try (RawClient client = RawClient.to(broker)) {
      ScramClient bound = plus("SCRAM-SHA-256-PLUS", "tls-exporter", new byte[32]);
      assertRefused(NOT_AUTHORIZED, RawClient.login(client, DEVICE, bound));
    }
  }

  @Test
  void scram_wrongPasswordOrUnknownUser_isRefusedAlike() throws Exception {
    for (String user : List.of(DEVICE, "nobody")) {
      try (RawClient client = RawClient.to(broker)) {
        ScramClient scram = RawClient.scram("SCRAM-SHA-256", user, "wrong");
        assertRefused(NOT_AUTHORIZED, RawClient.login(client, user, scram));
      }
    }
  }

  @Test
  void scram_deviceUnderAnotherClientIdentifier_isRefused() throws Exception {
    try (RawClient client = RawClient.to(broker)) {
      ScramClient scram = RawClient.scram("SCRAM-SHA-256", DEVICE, PASSWORD);
      assertRefused(NOT_AUTHORIZED, RawClient.login(client, "meter-0043", scram));
    }
  }

  @Test
  void unknownMethod_isBadAuthenticationMethod() throws Exception {
    try (RawClient client = RawClient.to(broker)) {
      assertRefused(
          0x8C, client.exchange(MqttPackets.connect(DEVICE, "SCRAM-SHA-1", new byte[1]).encode()));
    }
  }

  @Test
  void clientFirstThatIsNoScram_isRefused() throws Exception {
    try (RawClient client = RawClient.to(broker)) {
      assertRefused(
          NOT_AUTHORIZED,
          client.exchange(MqttPackets.connect(DEVICE, "SCRAM-SHA-256", new byte[1]).encode()));
    }
  }

  @Test
  void anonymousAndPasswordLogin_areOff() throws Exception {
    try (RawClient client = RawClient.to(broker)) {
      assertRefused(0x8C, client.exchange(MqttPackets.connect(DEVICE).encode()));
    }
    try (RawClient client = RawClient.to(broker)) {
      byte[] connect = RawClient.passwordConnect(DEVICE, DEVICE, PASSWORD).encode();
      assertRefused(0x8C, client.exchange(connect));
    }
  }

  @Test
  void reauthentication_provesBothSidesAgain_whileMessagesFlow() throws Exception {
    try (RawClient client = loggedIn(DEVICE, PASSWORD)) {
      ScramClient scram = RawClient.scram("SCRAM-SHA-256", DEVICE, PASSWORD);
      byte[] first = RawClient.bytes(scram.clientFirstMessage().toString());
      client.send(MqttPackets.auth(0x19, "SCRAM-SHA-256", first));
      MqttPacket challenge = client.read();
      assertEquals(MqttType.PINGRESP, client.exchange(MqttPackets.pingreq()).type());
      var success =
          assertInstanceOf(
              MqttPacket.Auth.class, client.proceed(challenge, "SCRAM-SHA-256", scram));
      assertEquals(0, success.reasonCode());
      scram.serverFinalMessage(success.data().toUtf8());
      assertEquals(0x10, publish(client, "plant/7/meter-0042/t"));
    }
  }

  @Test
  void reauthentication_asSomeoneElseOrWithTheWrongPassword_endsTheConnection() throws Exception {
    for (ScramClient scram :
        List.of(
            RawClient.scram("SCRAM-SHA-256", DEVICE, "wrong"),
            RawClient.scram("SCRAM-SHA-256", "control", PASSWORD))) {
      try (RawClient client = loggedIn(DEVICE, PASSWORD)) {
        byte[] first = RawClient.bytes(scram.clientFirstMessage().toString());
        MqttPacket challenge = client.exchange(MqttPackets.auth(0x19, "SCRAM-SHA-256", first));
        var end =
            assertInstanceOf(
                MqttPacket.Disconnect.class, client.proceed(challenge, "SCRAM-SHA-256", scram));
        assertEquals(NOT_AUTHORIZED, end.reasonCode());
      }
    }
  }

  @Test
  void device_usesItsOwnSubtreeOnly() throws Exception {
    try (RawClient client = loggedIn(DEVICE, PASSWORD)) {
      assertEquals(1, subscribe(client, "plant/7/meter-0042/command/+"));
      assertEquals(1, subscribe(client, "$share/group/plant/7/meter-0042/command/#"));
      for (String foreign :
          List.of(
              "#",
              "+/+/+/#",
              "plant/#",
              "plant/7/#",
              "plant/7/+/command/+",
              "plant/7/meter-0043/#",
              "$share/group/#",
              "$SYS/#")) {
        assertEquals(NOT_AUTHORIZED, subscribe(client, foreign), foreign);
      }
      assertTrue(publish(client, "plant/7/meter-0042/telemetry/temp") < 0x80);
      assertEquals(NOT_AUTHORIZED, publish(client, "plant/7/meter-0043/command/led"));
    }
  }

  @Test
  void device_cannotLeaveAWillOutsideItsSubtree() throws Exception {
    var will =
        new MqttPacket.Will(1, false, "plant/7/meter-0043/t", Bytes.utf8("x"), MqttProperties.NONE);
    ScramClient scram = RawClient.scram("SCRAM-SHA-256", DEVICE, PASSWORD);
    var connect =
        new MqttPacket.Connect(
            true,
            60,
            DEVICE,
            Optional.of(will),
            Optional.empty(),
            Optional.empty(),
            MqttPackets.authentication(
                "SCRAM-SHA-256", RawClient.bytes(scram.clientFirstMessage().toString())));
    try (RawClient client = RawClient.to(broker)) {
      MqttPacket challenge = client.exchange(connect.encode());
      assertRefused(NOT_AUTHORIZED, client.proceed(challenge, "SCRAM-SHA-256", scram));
    }
  }

  @Test
  void operator_commandsADevice_andHearsIt() throws Exception {
    try (RawClient device = loggedIn(DEVICE, PASSWORD);
        RawClient operator = loggedIn("control", PASSWORD)) {
      subscribe(device, "plant/7/meter-0042/command/+");
      assertEquals(1, subscribe(operator, "plant/7/+/telemetry/#"));
      assertEquals(NOT_AUTHORIZED, subscribe(operator, "#"));

      assertEquals(0, publish(operator, "plant/7/meter-0042/command/led"));
      assertEquals("plant/7/meter-0042/command/led", ((MqttPacket.Publish) device.read()).topic());
      device.send(MqttPackets.publish("plant/7/meter-0042/telemetry/temp", new byte[] {21}));
      assertEquals(
          "plant/7/meter-0042/telemetry/temp", ((MqttPacket.Publish) operator.read()).topic());
    }
  }

  @Test
  void listener_isOneOnLoopback() throws Exception {
    var sockets = ListeningSockets.ofThisProcess();

    assertEquals(
        List.of(broker.port()), sockets.stream().map(each -> each.address().getPort()).toList());
    assertTrue(sockets.get(0).address().getAddress().isLoopbackAddress());
    assertEquals("mqtts://localhost:" + broker.port(), broker.uri());
  }

  @Test
  void takenPort_isAnErrorAtStart() {
    assertThrows(IOException.class, () -> DemoBroker.builder().port(broker.port()).start().close());
  }

  private static RawClient loggedIn(String user, String password) throws Exception {
    RawClient client = RawClient.to(broker);
    assertAccepted(RawClient.login(client, user, RawClient.scram("SCRAM-SHA-256", user, password)));
    return client;
  }

  private static ScramClient plus(String mechanism, String type, byte[] data) {
    return ScramClient.builder()
        .advertisedMechanisms(List.of(mechanism))
        .username(DEVICE)
        .password(PASSWORD.toCharArray())
        .channelBinding(type, data)
        .build();
  }

  private static int subscribe(RawClient client, String filter) throws Exception {
    return ((MqttPacket.Suback) client.exchange(MqttPackets.subscribe(1, filter, 1)))
        .reasonCodes()
        .get(0);
  }

  private static int publish(RawClient client, String topic) throws Exception {
    return ((MqttPacket.Ack) client.exchange(MqttPackets.publish(topic, new byte[] {1}, 1, 2)))
        .reasonCode();
  }

  private static void assertAccepted(MqttPacket last) {
    var connack = assertInstanceOf(MqttPacket.Connack.class, last);
    assertEquals(0, connack.reasonCode());
    assertFalse(connack.sessionPresent());
  }

  private static void assertRefused(int reasonCode, MqttPacket last) {
    assertEquals(reasonCode, assertInstanceOf(MqttPacket.Connack.class, last).reasonCode());
  }
}
