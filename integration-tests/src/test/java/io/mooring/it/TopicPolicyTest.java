package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.InboundCounters;
import io.mooring.Message;
import io.mooring.ReasonCode;
import io.mooring.SecureMqttClient;
import io.mooring.Will;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.PublishNotAllowedException;
import io.mooring.error.PublishRefusedException;
import io.mooring.error.SubscribeNotAllowedException;
import io.mooring.error.SubscribeRefusedException;
import io.mooring.identity.Secret;
import io.mooring.policy.PlaceholderException;
import io.mooring.policy.TopicPolicy;
import io.mooring.testkit.Bytes;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The device's half of the defence: what its own policy forbids never reaches the wire. */
@Timeout(60)
class TopicPolicyTest {
  private static final String COMMAND = "plant/7/meter-0042/command/+";
  private static final TopicPolicy METER =
      TopicPolicy.device("plant/7/{clientId}")
          .publish("telemetry/#")
          .subscribe("command/+", "config")
          .refuseRetained("command/+");

  private static ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())));
  }

  private static ScriptedBroker broker(Script script) throws IOException {
    return ScriptedBroker.builder().onConnection(script).start();
  }

  @Test
  void publish_outsideThePolicy_isRefusedOnTheSpot_andNothingIsQueuedOrSent() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient client = device(broker).topics(METER).queue(1, 1024).build()) {
      for (int i = 0; i < 3; i++) {
        PublishNotAllowedException refusal =
            assertThrows(
                PublishNotAllowedException.class, () -> client.publish("plant/7/m/telemetry", "x"));
        assertEquals(List.of("plant/7/meter-0042/telemetry/#"), refusal.allowed());
      }
      client.connect();
      Message allowed = Message.of("plant/7/meter-0042/telemetry/temp", "21.5");
      client.publishAndWait(allowed, Duration.ofSeconds(10));
      assertThrows(
          PublishNotAllowedException.class,
          () ->
              client.publishAndWait(
                  Message.to(allowed.topic()).responseTopic("a/b").payload("x").build(),
                  Duration.ofSeconds(10)));
      client.close();
      assertEquals(1, broker.received(MqttType.PUBLISH).size());
    }
  }

  @Test
  void subscribe_outsideThePolicy_isRefusedBeforeAnythingIsSent() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient client = device(broker).topics(METER).build()) {
      client.connect();
      for (String filter : new String[] {"#", "plant/7/+/command/+", "$share/g/plant/#"}) {
        assertThrows(
            SubscribeNotAllowedException.class, () -> client.subscribe(filter, message -> {}));
      }
      client.subscribe("$share/g/" + COMMAND, message -> {}).toCompletableFuture().get(10, SECONDS);
      assertEquals(1, broker.received(MqttType.SUBSCRIBE).size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "+/#", "+", "$share/x/#", "$SYS/#"})
  void subscribe_toEverything_withoutAPolicy_takesDangerous(String filter) throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient careful = device(broker).build();
        SecureMqttClient wide = device(broker).dangerous().wideSubscriptions().build()) {
      SubscribeNotAllowedException refusal =
          assertThrows(
              SubscribeNotAllowedException.class, () -> careful.subscribe(filter, message -> {}));
      assertTrue(refusal.getMessage().contains("dangerous().wideSubscriptions()"));
      wide.connect();
      wide.subscribe(filter, message -> {}).toCompletableFuture().get(10, SECONDS);
      assertEquals(1, broker.received(MqttType.SUBSCRIBE).size());
    }
  }

  @Test
  void build_willOrNameThatThePolicyDoesNotAllow_isRefused() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting())) {
      Will foreign = Will.of(Message.of("plant/7/meter-0043/telemetry/gone", "x"));
      assertThrows(
          PublishNotAllowedException.class, device(broker).topics(METER).will(foreign)::build);
      Will own = Will.of(Message.of("plant/7/meter-0042/telemetry/gone", "x"));
      device(broker).topics(METER).will(own).build().close();
      assertThrows(PlaceholderException.class, device(broker).topics(METER).clientId("")::build);
      assertThrows(PlaceholderException.class, device(broker).topics(METER).clientId("+")::build);
      assertThrows(
          IllegalStateException.class,
          device(broker).topics(METER).dangerous().wideSubscriptions()::build);
    }
  }

  @Test
  void build_userName_isThatOfTheAuthentication() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient client =
            device(broker).topics(TopicPolicy.topics().publish("u/{userName}")).build()) {
      client.publish("u/meter", "x");
      assertThrows(PublishNotAllowedException.class, () -> client.publish("u/other", "x"));
    }
  }

  @Test
  void inbound_nobodyAskedFor_orRetainedCommand_isAcknowledgedCountedAndDropped() throws Exception {
    Script script =
        wire -> {
          wire.expectConnect();
          wire.connack();
          wire.suback(wire.expectSubscribe().packetId(), 1);
          wire.suback(wire.expectSubscribe().packetId(), 1);
          send(wire, "plant/7/meter-0042/command/on", false, 1); // wanted
          send(wire, "plant/7/meter-0042/command/on", true, 2); // a retained command
          send(wire, "plant/7/meter-0043/command/on", false, 3); // another device's
          send(wire, "plant/7/meter-0042/config", true, 4); // wanted: retained is fine there
          wire.publish("plant/7/meter-0042/other", new byte[0]); // QoS 0, no subscription
          for (int i = 0; i < 4; i++) {
            wire.expectAck(MqttType.PUBACK);
          }
          wire.readUntilClosed();
        };
    Inbox inbox = new Inbox();
    Inbox configuration = new Inbox();
    try (ScriptedBroker broker = broker(script);
        SecureMqttClient client = device(broker).topics(METER).build()) {
      client.connect();
      client.subscribe(COMMAND, inbox).toCompletableFuture().get(10, SECONDS);
      client
          .subscribe("plant/7/meter-0042/config", configuration)
          .toCompletableFuture()
          .get(10, SECONDS);
      assertEquals("plant/7/meter-0042/command/on", inbox.next().topic());
      assertEquals("plant/7/meter-0042/config", configuration.next().topic());
      for (MqttPacket packet : broker.awaitReceived(MqttType.PUBACK, 4)) {
        assertEquals(0, assertInstanceOf(MqttPacket.Ack.class, packet).reasonCode());
      }
      client.close();
      assertEquals(0, inbox.size());
      assertEquals(new InboundCounters(5, 2, 0, 0, 0, 2, 1, 0), client.counters().inbound());
    }
  }

  /** The broker's refusal is another thing than our own, and is told as one. */
  @Test
  void brokersRefusal_isReportedAsTheBrokers() throws Exception {
    Script script =
        wire -> {
          wire.expectConnect();
          wire.connack();
          wire.suback(wire.expectSubscribe().packetId(), MqttPackets.NOT_AUTHORIZED);
          int packetId = wire.expectPublish().packetId();
          wire.send(MqttPackets.puback(packetId, MqttPackets.NOT_AUTHORIZED));
          wire.readUntilClosed();
        };
    try (ScriptedBroker broker = broker(script);
        SecureMqttClient client = device(broker).topics(METER).build()) {
      client.connect();
      ExecutionException refusal =
          assertThrows(
              ExecutionException.class,
              () ->
                  client.subscribe(COMMAND, message -> {}).toCompletableFuture().get(10, SECONDS));
      assertEquals(
          ReasonCode.NOT_AUTHORIZED,
          assertInstanceOf(SubscribeRefusedException.class, refusal.getCause()).reasonCode());
      PublishRefusedException refused =
          assertThrows(
              PublishRefusedException.class,
              () ->
                  client.publishAndWait(
                      Message.of("plant/7/meter-0042/telemetry", "x"), Duration.ofSeconds(10)));
      assertEquals(ReasonCode.NOT_AUTHORIZED, refused.reasonCode());
    }
  }

  private static void send(Wire wire, String topic, boolean retain, int packetId)
      throws IOException {
    wire.send(
        new MqttPacket.Publish(
            false,
            1,
            retain,
            topic,
            packetId,
            MqttProperties.NONE,
            Bytes.of("x".getBytes(StandardCharsets.UTF_8))));
  }
}
