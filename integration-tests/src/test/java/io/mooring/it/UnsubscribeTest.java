package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.ClientClosedException;
import io.mooring.identity.Secret;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.Wire;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a subscription reaches the broker, whatever becomes of the connection meanwhile. */
@Timeout(60)
class UnsubscribeTest {
  private final BlockingQueue<ConnectionState> losses = new LinkedBlockingQueue<>();

  private ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
        .listener(
            state -> {
              if (state instanceof ConnectionState.Disconnected) {
                losses.add(state);
              }
            });
  }

  private static ScriptedBroker broker(Script first, Script then) throws IOException {
    return ScriptedBroker.builder().onConnection(first).onConnection(then).start();
  }

  /** Grants the subscription to {@code a}, then ends the connection. */
  private static void grantAndEnd(Wire wire) throws IOException {
    wire.expectConnect();
    wire.connack();
    wire.suback(wire.expectSubscribe().packetId(), 1);
    wire.closeNotify();
  }

  private static Script serving(boolean sessionPresent) {
    return wire -> {
      wire.expectConnect();
      wire.send(MqttPackets.connack(sessionPresent, 0));
      wire.serve();
    };
  }

  private SecureMqttClient subscribedAndLost(ScriptedBroker broker) throws Exception {
    SecureMqttClient client = device(broker).build();
    client.subscribe("a", message -> {});
    client.connect();
    awaitLoss();
    return client;
  }

  private void awaitLoss() throws InterruptedException {
    assertTrue(losses.poll(10, SECONDS) != null, "the connection was not lost within 10 s");
  }

  private static CompletableFuture<Void> unsubscribe(SecureMqttClient client, String filter) {
    return client.unsubscribe(filter).toCompletableFuture();
  }

  /** What came over the second connection up to a message of ours, in short. */
  private static List<String> sentOnTheSecond(ScriptedBroker broker, SecureMqttClient client)
      throws Exception {
    client.publish("last", "1").delivered().toCompletableFuture().get(10, SECONDS);
    return broker.awaitConnection(2).received().stream().map(UnsubscribeTest::inShort).toList();
  }

  private static String inShort(MqttPacket packet) {
    if (packet instanceof MqttPacket.Subscribe subscribe) {
      return "SUBSCRIBE " + subscribe.subscriptions().get(0).filter();
    }
    return packet instanceof MqttPacket.Unsubscribe unsubscribe
        ? "UNSUBSCRIBE " + unsubscribe.filters().get(0)
        : packet.type().name();
  }

  @Test
  void offline_sessionResumes_theBrokerIsToldBeforeItIsAskedForOthers() throws Exception {
    try (ScriptedBroker broker = broker(UnsubscribeTest::grantAndEnd, serving(true));
        SecureMqttClient client = subscribedAndLost(broker)) {
      client.subscribe("b", message -> {});
      CompletableFuture<Void> ended = unsubscribe(client, "a");
      CompletableFuture<Void> joined = unsubscribe(client, "a");
      client.drained().toCompletableFuture().get(10, SECONDS); // told behind a failure of the two
      assertFalse(ended.isDone() || joined.isDone());

      client.connect();

      ended.get(10, SECONDS);
      joined.get(10, SECONDS);
      assertEquals(
          List.of("CONNECT", "UNSUBSCRIBE a", "SUBSCRIBE b", "PUBLISH"),
          sentOnTheSecond(broker, client));
    }
  }

  @Test
  void offline_sessionIsNew_completesAndNothingIsSent() throws Exception {
    try (ScriptedBroker broker = broker(UnsubscribeTest::grantAndEnd, serving(false));
        SecureMqttClient client = subscribedAndLost(broker)) {
      CompletableFuture<Void> ended = unsubscribe(client, "a");
      client.connect();
      ended.get(10, SECONDS);
      assertEquals(List.of("CONNECT", "PUBLISH"), sentOnTheSecond(broker, client));
    }
  }

  @Test
  void offline_thenSubscribedAgain_onlySubscribeIsSent() throws Exception {
    try (ScriptedBroker broker = broker(UnsubscribeTest::grantAndEnd, serving(true));
        SecureMqttClient client = subscribedAndLost(broker)) {
      CompletableFuture<Void> ended = unsubscribe(client, "a");
      client.subscribe("a", message -> {});
      ended.get(10, SECONDS);
      client.connect();
      assertEquals(List.of("CONNECT", "SUBSCRIBE a", "PUBLISH"), sentOnTheSecond(broker, client));
    }
  }

  @Test
  void offline_subscribedAgainAndEndedAgain_theBrokerIsTold() throws Exception {
    try (ScriptedBroker broker = broker(UnsubscribeTest::grantAndEnd, serving(true));
        SecureMqttClient client = subscribedAndLost(broker)) {
      unsubscribe(client, "a");
      client.subscribe("a", message -> {});
      client.subscribe("a", message -> {});
      unsubscribe(client, "a");
      client.connect();
      assertEquals(List.of("CONNECT", "UNSUBSCRIBE a", "PUBLISH"), sentOnTheSecond(broker, client));
    }
  }

  @Test
  void offline_brokerNeverHeardOfIt_completesAtOnce() throws Exception {
    try (ScriptedBroker broker = broker(UnsubscribeTest::grantAndEnd, serving(true));
        SecureMqttClient client = subscribedAndLost(broker)) {
      client.subscribe("reply/1", message -> {});
      unsubscribe(client, "reply/1").get(10, SECONDS);
      client.connect();
      assertEquals(List.of("CONNECT", "PUBLISH"), sentOnTheSecond(broker, client));
    }
  }

  @Test
  void beforeTheFirstConnection_sessionOfAnEarlierRun_theBrokerIsTold() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(serving(true)).start();
        SecureMqttClient client = device(broker).cleanStart(false).build()) {
      client.subscribe("a", message -> {});
      CompletableFuture<Void> ended = unsubscribe(client, "a");
      client.connect();
      ended.get(10, SECONDS);
      assertEquals(
          List.of(MqttType.CONNECT, MqttType.UNSUBSCRIBE),
          broker.received().stream().map(MqttPacket::type).toList());
    }
  }

  @Test
  void lostBeforeUnsuback_theBrokerIsToldAgain() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.suback(wire.expectSubscribe().packetId(), 1);
                  wire.expectUnsubscribe();
                  wire.closeNotify();
                },
                serving(true));
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.subscribe("a", message -> {}).toCompletableFuture().get(10, SECONDS);
      CompletableFuture<Void> ended = unsubscribe(client, "a");
      awaitLoss();
      assertFalse(ended.isDone());
      client.connect();
      ended.get(10, SECONDS);
      assertEquals(List.of("CONNECT", "UNSUBSCRIBE a", "PUBLISH"), sentOnTheSecond(broker, client));
    }
  }

  @Test
  void lostBeforeUnsuback_butSubscribedAgain_onlySubscribeIsSent() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.suback(wire.expectSubscribe().packetId(), 1);
                  wire.expectUnsubscribe();
                  wire.expectSubscribe();
                  wire.closeNotify();
                },
                serving(true));
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.subscribe("a", message -> {}).toCompletableFuture().get(10, SECONDS);
      CompletableFuture<Void> ended = unsubscribe(client, "a");
      client.subscribe("a", message -> {});
      ended.get(10, SECONDS);
      awaitLoss();
      client.connect();
      assertEquals(List.of("CONNECT", "SUBSCRIBE a", "PUBLISH"), sentOnTheSecond(broker, client));
    }
  }

  @Test
  void closedBeforeTheNextConnection_failsAsClosed() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder().onConnection(UnsubscribeTest::grantAndEnd).start();
        SecureMqttClient client = subscribedAndLost(broker)) {
      CompletableFuture<Void> ended = unsubscribe(client, "a");
      CompletableFuture<Void> joined = unsubscribe(client, "a");
      client.close();
      for (CompletableFuture<Void> each : List.of(ended, joined)) {
        ExecutionException failure =
            assertThrows(ExecutionException.class, () -> each.get(10, SECONDS));
        assertInstanceOf(ClientClosedException.class, failure.getCause());
      }
    }
  }

  @Test
  void closedBeforeUnsuback_failsAsClosed() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      CompletableFuture<Void> ended = unsubscribe(client, "a");
      broker.awaitReceived(MqttType.UNSUBSCRIBE, 1);
      client.close();
      ExecutionException failure =
          assertThrows(ExecutionException.class, () -> ended.get(10, SECONDS));
      assertInstanceOf(ClientClosedException.class, failure.getCause());
    }
  }
}
