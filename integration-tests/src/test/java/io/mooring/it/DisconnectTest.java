package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ReasonCode;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
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
}
