package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.DisconnectOptions;
import io.mooring.ReasonCode;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a client says when it leaves. */
@Timeout(60)
class DisconnectTest {
  private static ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())));
  }

  private static MqttPacket.Disconnect farewell(ScriptedBroker broker) throws Exception {
    return assertInstanceOf(
        MqttPacket.Disconnect.class, broker.awaitReceived(MqttType.DISCONNECT, 1).get(0));
  }

  /** MQTT 5, table 3-13: those whose sender may be a client. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "SUCCESS",
        "DISCONNECT_WITH_WILL_MESSAGE",
        "UNSPECIFIED_ERROR",
        "MALFORMED_PACKET",
        "PROTOCOL_ERROR",
        "IMPLEMENTATION_SPECIFIC_ERROR",
        "TOPIC_NAME_INVALID",
        "RECEIVE_MAXIMUM_EXCEEDED",
        "TOPIC_ALIAS_INVALID",
        "PACKET_TOO_LARGE",
        "MESSAGE_RATE_TOO_HIGH",
        "QUOTA_EXCEEDED",
        "ADMINISTRATIVE_ACTION",
        "PAYLOAD_FORMAT_INVALID"
      })
  void reasonOfAClient_isSent(ReasonCode reason) throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(Script.accepting()).start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.disconnect(reason).toCompletableFuture().get(10, SECONDS);
      assertEquals(new MqttPacket.Disconnect(reason.code(), MqttProperties.NONE), farewell(broker));
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {
        "SUCCESS",
        "DISCONNECT_WITH_WILL_MESSAGE",
        "UNSPECIFIED_ERROR",
        "MALFORMED_PACKET",
        "PROTOCOL_ERROR",
        "IMPLEMENTATION_SPECIFIC_ERROR",
        "TOPIC_NAME_INVALID",
        "RECEIVE_MAXIMUM_EXCEEDED",
        "TOPIC_ALIAS_INVALID",
        "PACKET_TOO_LARGE",
        "MESSAGE_RATE_TOO_HIGH",
        "QUOTA_EXCEEDED",
        "ADMINISTRATIVE_ACTION",
        "PAYLOAD_FORMAT_INVALID"
      })
  void reasonOfABrokerAlone_isRefusedByName(ReasonCode reason) throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(Script.accepting()).start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> client.disconnect(reason));
      assertTrue(refusal.getMessage().contains(reason.toString()), refusal::getMessage);
      client.publish("a", "1").delivered().toCompletableFuture().get(10, SECONDS); // still there
    }
  }

  private static DisconnectOptions decommissioned() {
    return DisconnectOptions.DEFAULT
        .withSessionExpiry(Duration.ZERO)
        .withReasonString("taken out of service")
        .withUserProperty("by", "line 7")
        .withUserProperty("by", "line 8");
  }

  @Test
  void options_areOnTheWire_andTheSessionThatEndedIsNotResumed() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(Script.accepting())
                .onConnection(Script.accepting())
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.disconnect(decommissioned()).toCompletableFuture().get(10, SECONDS);
      assertEquals(
          new MqttPacket.Disconnect(
              0x00,
              MqttProperties.NONE
                  .with(MqttProperty.SESSION_EXPIRY_INTERVAL, 0)
                  .with(MqttProperty.REASON_STRING, "taken out of service")
                  .withUser("by", "line 7")
                  .withUser("by", "line 8")),
          farewell(broker));
      client.connect();
      assertTrue(connect(broker, 1).cleanStart());
    }
  }

  @Test
  void longerSession_isResumed() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(Script.accepting())
                .onConnection(Script.accepting())
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client
          .disconnect(
              DisconnectOptions.DEFAULT
                  .withReason(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
                  .withSessionExpiry(DisconnectOptions.MAX_SESSION_EXPIRY))
          .toCompletableFuture()
          .get(10, SECONDS);
      assertEquals(
          new MqttPacket.Disconnect(
              0x04, MqttProperties.NONE.with(MqttProperty.SESSION_EXPIRY_INTERVAL, 0xFFFF_FFFFL)),
          farewell(broker));
      client.connect();
      assertFalse(connect(broker, 1).cleanStart());
    }
  }

  private static MqttPacket.Connect connect(ScriptedBroker broker, int index) throws Exception {
    return assertInstanceOf(
        MqttPacket.Connect.class, broker.awaitReceived(MqttType.CONNECT, index + 1).get(index));
  }

  /** With the texts the packet takes 58 bytes. */
  @ParameterizedTest
  @CsvSource({"58, true", "57, false"})
  void brokersMaximumPacketSize_leavesTheTextsOut(int maximum, boolean sent) throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack(
                          false,
                          0,
                          MqttProperties.NONE.with(MqttProperty.MAXIMUM_PACKET_SIZE, maximum));
                      wire.serve();
                    })
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.disconnect(decommissioned()).toCompletableFuture().get(10, SECONDS);
      MqttPacket.Disconnect farewell = farewell(broker);
      assertEquals(0, farewell.properties().number(MqttProperty.SESSION_EXPIRY_INTERVAL).orElse(9));
      assertEquals(sent, farewell.properties().has(MqttProperty.REASON_STRING));
      assertEquals(sent, farewell.properties().has(MqttProperty.USER_PROPERTY));
      assertEquals(sent ? 58 : 9, farewell.encode().length);
    }
  }

  /** Told by no option: each property fits, and only the packet shows that all of them do not. */
  @Test
  void moreThanAnyPacketHolds_isNotSent_andTheConnectionEndsAllTheSame() throws Exception {
    String longest = "x".repeat(65_535);
    DisconnectOptions wordy = DisconnectOptions.DEFAULT;
    for (int bytes = 0; bytes <= 268_435_455; bytes += 2 * longest.length()) {
      wordy = wordy.withUserProperty(longest, longest);
    }
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(Script.accepting())
                .onConnection(Script.accepting())
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.disconnect(wordy).toCompletableFuture().get(10, SECONDS);
      assertInstanceOf(ConnectionState.Disconnected.class, client.state());
      client.connect();
      assertFalse(connect(broker, 1).cleanStart());
      assertEquals(0, broker.received(MqttType.DISCONNECT).size());
    }
  }

  @Test
  void sessionExpiry_whereConnectSaidZero_isRefusedAndNothingIsSent() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(Script.accepting()).start();
        SecureMqttClient client = device(broker).sessionExpiry(Duration.ZERO).build()) {
      client.connect();
      DisconnectOptions longer = DisconnectOptions.DEFAULT.withSessionExpiry(Duration.ofSeconds(1));
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> client.disconnect(longer));
      assertTrue(refusal.getMessage().contains("3.14.2.2.2"), refusal::getMessage);
      client.publish("a", "1").delivered().toCompletableFuture().get(10, SECONDS); // still there
      client.disconnect(decommissioned()).toCompletableFuture().get(10, SECONDS);
      assertEquals(1, broker.received(MqttType.DISCONNECT).size());
    }
  }

  @Test
  void notConnected_nothingIsSent_andTheStageCompletes() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.builder().start();
        SecureMqttClient client = device(broker).build()) {
      client.disconnect(decommissioned()).toCompletableFuture().get(10, SECONDS);
      assertEquals(0, broker.accepted());
    }
  }
}
