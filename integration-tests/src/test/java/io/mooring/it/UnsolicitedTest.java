package io.mooring.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.InboundCounters;
import io.mooring.ReasonCode;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.policy.TopicPolicy;
import io.mooring.testkit.Bytes;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.Wire;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that fit no subscription go to the handler that was named for them. */
@Timeout(60)
class UnsolicitedTest {
  private final Inbox inbox = new Inbox();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** A device that resumes what an earlier run left. */
  private static ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .cleanStart(false)
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())));
  }

  /** Resumes the session and sends {@code packets} in the record of CONNACK. */
  private static ScriptedBroker resuming(byte[]... packets) throws IOException {
    return ScriptedBroker.builder()
        .onConnection(
            wire -> {
              wire.expectConnect();
              wire.send(
                  MqttPackets.concat(MqttPackets.connack(true, 0), MqttPackets.concat(packets)));
              wire.serve();
            })
        .start();
  }

  private static byte[] message(String topic, int qos, int packetId) {
    return MqttPackets.publish(topic, topic.getBytes(UTF_8), qos, packetId);
  }

  private static byte[] retained(String topic, int packetId) {
    Bytes payload = Bytes.of(topic.getBytes(UTF_8));
    return new MqttPacket.Publish(false, 1, true, topic, packetId, MqttProperties.NONE, payload)
        .encode();
  }

  private static List<Integer> reasons(List<MqttPacket> acknowledgements) {
    return acknowledgements.stream()
        .map(each -> assertInstanceOf(MqttPacket.Ack.class, each).reasonCode())
        .toList();
  }

  @Test
  void resumedSessionDeliversWithConnack_theHandlerGetsIt_andItIsAcknowledged() throws Exception {
    try (ScriptedBroker broker =
            resuming(message("a", 0, 0), message("b", 1, 1), message("c", 2, 2));
        SecureMqttClient client = device(broker).unsolicited(inbox).build()) {
      client.connect();
      for (String topic : List.of("a", "b", "c")) {
        assertEquals(topic, inbox.next().topic());
      }
      assertEquals(List.of(0), reasons(broker.awaitReceived(MqttType.PUBACK, 1)));
      assertEquals(List.of(0), reasons(broker.awaitReceived(MqttType.PUBREC, 1)));
      broker.awaitReceived(MqttType.PUBCOMP, 1);
      assertEquals(new InboundCounters(3, 0, 0, 0, 0, 3, 0, 0), client.counters().inbound());
      assertTrue(client.counters().subscriptions().isEmpty());
    }
  }

  @Test
  void afterASubscription_itsMessagesAreNotUnsolicited() throws Exception {
    Inbox subscribed = new Inbox();
    try (ScriptedBroker broker = resuming(message("a", 1, 1));
        SecureMqttClient client = device(broker).unsolicited(inbox).build()) {
      client.connect();
      assertEquals("a", inbox.next().topic());
      client.subscribe("a", subscribed).toCompletableFuture().get(10, SECONDS);
      Wire wire = broker.awaitConnection(1);
      wire.send(message("a", 1, 2), message("b", 1, 3));
      assertEquals("b", inbox.next().topic());
      assertEquals("a", subscribed.next().topic());
      assertEquals(0, inbox.size());
    }
  }

  @Test
  void handlerThrows_pubackSaysSo_andTheNextMessageComes() throws Exception {
    try (ScriptedBroker broker = resuming(message("a", 1, 1), message("b", 1, 2));
        SecureMqttClient client =
            device(broker)
                .unsolicited(
                    message -> {
                      if (message.topic().equals("a")) {
                        throw new IllegalStateException("broken");
                      }
                      inbox.onMessage(message);
                    })
                .build()) {
      client.connect();
      assertEquals("b", inbox.next().topic());
      assertEquals(
          List.of(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR.code(), 0),
          reasons(broker.awaitReceived(MqttType.PUBACK, 2)));
    }
  }

  @Test
  void handlerHangs_nothingIsAcknowledged_andReadingPausesAtTheBounds() throws Exception {
    try (ScriptedBroker broker =
            resuming(message("a", 1, 1), message("b", 1, 2), message("c", 1, 3));
        SecureMqttClient client =
            device(broker)
                .inboundQueue(2, 1024)
                .unsolicited(
                    message -> {
                      begun.countDown();
                      assertTrue(released.await(20, SECONDS));
                    })
                .build()) {
      client.connect();
      assertTrue(begun.await(10, SECONDS));
      await().until(() -> client.counters().readingPauses() == 1);
      client.publish("last", "1").delivered();
      broker.awaitReceived(MqttType.PUBLISH, 1);
      assertEquals(List.of(), broker.received(MqttType.PUBACK));
      released.countDown();
      assertEquals(List.of(0, 0, 0), reasons(broker.awaitReceived(MqttType.PUBACK, 3)));
    }
  }

  @Test
  void topicPolicy_holdsForItAsWell() throws Exception {
    TopicPolicy policy =
        TopicPolicy.device("plant/{clientId}")
            .subscribe("command/+", "config")
            .refuseRetained("command/+");
    try (ScriptedBroker broker =
            resuming(
                message("plant/meter-0043/config", 1, 1),
                retained("plant/meter-0042/command/on", 2),
                retained("plant/meter-0042/config", 3),
                message("plant/meter-0042/command/off", 1, 4));
        SecureMqttClient client = device(broker).topics(policy).unsolicited(inbox).build()) {
      client.connect();
      assertEquals("plant/meter-0042/config", inbox.next().topic());
      assertEquals("plant/meter-0042/command/off", inbox.next().topic());
      assertEquals(List.of(0, 0, 0, 0), reasons(broker.awaitReceived(MqttType.PUBACK, 4)));
      assertEquals(0, inbox.size());
      assertEquals(new InboundCounters(4, 0, 0, 0, 0, 3, 1, 0), client.counters().inbound());
    }
  }

  @Test
  void closedWhileOthersWait_theHandlerIsNotCalledForThem() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try (ScriptedBroker broker = resuming(message("a", 1, 1), message("b", 1, 2));
        SecureMqttClient client =
            device(broker)
                .callbackExecutor(one)
                .unsolicited(
                    message -> {
                      begun.countDown();
                      assertTrue(released.await(20, SECONDS));
                      inbox.onMessage(message);
                    })
                .build()) {
      client.connectAsync(); // its stage waits behind the handler
      assertTrue(begun.await(10, SECONDS));
      Thread closing = new Thread(client::close);
      closing.start();
      broker.awaitReceived(MqttType.DISCONNECT, 1);
      released.countDown();
      closing.join();
      one.submit(() -> {}).get(10, SECONDS); // begun behind the first message
      one.submit(() -> {}).get(10, SECONDS); // and behind the second
      assertEquals("a", inbox.next().topic());
      assertEquals(0, inbox.size());
    } finally {
      one.shutdown();
    }
  }
}
