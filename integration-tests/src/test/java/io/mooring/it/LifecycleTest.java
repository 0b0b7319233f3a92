package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionInfo;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ClientClosedException;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.NetworkException;
import io.mooring.error.PublishRefusedException;
import io.mooring.error.QueueFullException;
import io.mooring.error.TimeoutException;
import io.mooring.error.TlsException;
import io.mooring.identity.Secret;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The life of a client around its connection: deadlines, loss, bounds, and the end in every state.
 */
@Timeout(60)
class LifecycleTest {
  private static final Duration SHORT = Duration.ofMillis(700);

  private static ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())));
  }

  private static ScriptedBroker broker(Script... scripts) throws Exception {
    ScriptedBroker.Builder builder = ScriptedBroker.builder();
    for (Script script : scripts) {
      builder.onConnection(script);
    }
    return builder.start();
  }

  // --- deadlines --------------------------------------------------------------------------------

  @Test
  void connect_serverAcceptsTcpAndIsSilent_deadlineNamesThePhase() throws Exception {
    try (ScriptedBroker silent = ScriptedBroker.builder().silent().start();
        SecureMqttClient client =
            Devices.at(silent.port(), TestCertificates.localhost())
                .authenticate(PasswordAuthentication.of("m", Secret.of("x".toCharArray())))
                .connectTimeout(SHORT)
                .build()) {
      TimeoutException late = assertThrows(TimeoutException.class, client::connect);
      assertTrue(late.getMessage().contains("TLS did not finish"), late::getMessage);
    }
  }

  @Test
  void connect_brokerNeverAnswersConnect_deadlineNamesThePhase() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.readUntilClosed();
                });
        SecureMqttClient client = device(broker).connectTimeout(SHORT).build()) {
      TimeoutException late = assertThrows(TimeoutException.class, client::connect);
      assertTrue(late.getMessage().contains("CONNACK"), late::getMessage);
      assertTrue(late.retryable());
    }
  }

  @Test
  void connect_nobodyListens_isANetworkErrorThatNamesTheBroker() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    try (SecureMqttClient client =
        Devices.at(port, TestCertificates.localhost())
            .authenticate(PasswordAuthentication.of("m", Secret.of("x".toCharArray())))
            .build()) {
      NetworkException refused = assertThrows(NetworkException.class, client::connect);
      assertTrue(refused.getMessage().contains(":" + port), refused::getMessage);
    }
  }

  @Test
  void connect_nameDoesNotExist_isANetworkErrorThatNamesIt() {
    try (SecureMqttClient client =
        SecureMqttClient.builder()
            .broker("mqtts://no-such-broker.invalid")
            .authenticate(PasswordAuthentication.of("m", Secret.of("x".toCharArray())))
            .build()) {
      NetworkException unknown = assertThrows(NetworkException.class, client::connect);
      assertTrue(unknown.getMessage().contains("no-such-broker.invalid"), unknown::getMessage);
    }
  }

  @Test
  void connect_plaintextBroker_isToldAsSuch() throws Exception {
    try (ScriptedBroker plain =
            ScriptedBroker.builder()
                .plaintext()
                .onConnection(wire -> wire.send(MqttPackets.connack(false, 0)))
                .start();
        SecureMqttClient client =
            Devices.at(plain.port(), TestCertificates.localhost())
                .authenticate(PasswordAuthentication.of("m", Secret.of("x".toCharArray())))
                .build()) {
      TlsException refusal = assertThrows(TlsException.class, client::connect);
      assertTrue(refusal.getMessage().contains("does not speak TLS"), refusal::getMessage);
    }
  }

  // --- loss and what survives it ----------------------------------------------------------------

  @Test
  void publish_linkBreaksBeforePuback_isSentAgainWithDupAndInOrder() throws Exception {
    CountDownLatch lost = new CountDownLatch(1);
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.expectPublish();
                  wire.closeAbruptly();
                },
                wire -> {
                  wire.expectConnect();
                  wire.send(MqttPackets.connack(true, 0));
                  wire.serve();
                });
        SecureMqttClient client =
            device(broker)
                .listener(
                    state -> {
                      if (state instanceof ConnectionState.Disconnected end
                          && end.cause() instanceof ConnectionLostException) {
                        lost.countDown();
                      }
                    })
                .build()) {
      client.connect();
      CompletableFuture<PublishReceipt> first =
          client.publish("a", "1").delivered().toCompletableFuture();
      assertTrue(lost.await(10, SECONDS));
      CompletableFuture<PublishReceipt> second =
          client.publish("a", "2").delivered().toCompletableFuture();
      assertFalse(first.isDone());

      assertTrue(client.connect().sessionPresent());
      first.get(10, SECONDS);
      second.get(10, SECONDS);

      List<String> sent =
          broker.received(MqttType.PUBLISH).stream()
              .map(MqttPacket.Publish.class::cast)
              .map(publish -> publish.payload().toUtf8() + (publish.dup() ? " dup" : ""))
              .toList();
      assertEquals(List.of("1", "1 dup", "2"), sent);
    }
  }

  @Test
  void publish_refusedByPuback_failsThatOneAloneAndIsNotRepeated() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.send(MqttPackets.puback(wire.expectPublish().packetId(), 0x87));
                  wire.serve();
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      CompletableFuture<PublishReceipt> refused =
          client.publish("a", "1").delivered().toCompletableFuture();
      ExecutionException failure =
          assertThrows(ExecutionException.class, () -> refused.get(10, SECONDS));
      assertInstanceOf(PublishRefusedException.class, failure.getCause());
      client.publishAndWait(Message.of("a", "2"), Duration.ofSeconds(10));
      assertEquals(2, broker.received(MqttType.PUBLISH).size());
    }
  }

  @Test
  void publish_queueIsFull_refusesTheNextAndKeepsTheRest() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient client = device(broker).queue(10, 1024).build()) {
      List<CompletableFuture<PublishReceipt>> accepted =
          new ArrayList<>(
              IntStream.range(0, 10)
                  .mapToObj(i -> client.publish("a", "x").delivered().toCompletableFuture())
                  .toList());
      assertThrows(QueueFullException.class, () -> client.publish("a", "one too many"));
      assertThrows(QueueFullException.class, () -> client.publish("a", new byte[2000]));

      client.connect();
      for (CompletableFuture<PublishReceipt> receipt : accepted) {
        receipt.get(10, SECONDS);
      }
      client.publishAndWait(Message.of("a", "room again"), Duration.ofSeconds(10));
    }
  }

  @Test
  void disconnect_thenConnect_worksAgain() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting(), Script.accepting());
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.disconnect().toCompletableFuture().get(10, SECONDS);
      client.connect();
      client.publishAndWait(Message.of("a", "1"), Duration.ofSeconds(10));
      assertEquals(1, broker.received(MqttType.DISCONNECT).size());
    }
  }

  @Test
  void connect_whileConnected_returnsTheSameFacts() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient client = device(broker).build()) {
      ConnectionInfo info = client.connect();
      assertEquals(info, client.connect());
      assertEquals(1, broker.accepted());
    }
  }

  @Test
  void cleanStartFalse_theFirstConnectTakesOverTheSessionOfAnEarlierRun() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.send(new MqttPacket.Connack(true, 0, MqttProperties.NONE));
                  wire.serve();
                });
        SecureMqttClient client = device(broker).cleanStart(false).build()) {
      assertTrue(client.connect().sessionPresent());
      MqttPacket.Connect connect = (MqttPacket.Connect) broker.received(MqttType.CONNECT).get(0);
      assertFalse(connect.cleanStart());
    }
  }

  @Test
  void connect_refused_canBeTriedAgain() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack(0x88);
                },
                Script.accepting());
        SecureMqttClient client = device(broker).build()) {
      assertTrue(assertThrows(BrokerRefusalException.class, client::connect).retryable());
      client.connect();
    }
  }

  // --- handlers ---------------------------------------------------------------------------------

  @Test
  void handler_maySubscribePublishAndBlockOnTheReceipt() throws Exception {
    CompletableFuture<PublishReceipt> answered = new CompletableFuture<>();
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  MqttPacket.Subscribe subscribe = wire.expectSubscribe();
                  wire.suback(subscribe.packetId(), 1);
                  wire.publish("command/led", new byte[] {'1'}, 1, 7);
                  wire.serve();
                });
        SecureMqttClient client = device(broker).build()) {
      client.subscribe(
          "command/+",
          command ->
              answered.complete(
                  client.publishAndWait(Message.of("answer", "ok"), Duration.ofSeconds(10))));
      client.connect();
      assertFalse(answered.get(20, SECONDS).reason().isError());
      assertEquals(1, broker.awaitReceived(MqttType.PUBACK, 1).size());
    }
  }

  @Test
  void handler_throws_brokerIsToldAndTheNextMessageComes() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.suback(wire.expectSubscribe().packetId(), 1);
                  wire.publish("a", new byte[] {'1'}, 1, 1);
                  wire.publish("a", new byte[] {'2'}, 1, 2);
                  wire.serve();
                });
        SecureMqttClient client = device(broker).build()) {
      client.subscribe(
          "a",
          message -> {
            if (message.payloadText().equals("1")) {
              throw new IllegalStateException("a fault in the application");
            }
            second.countDown();
          });
      client.connect();
      assertTrue(second.await(10, SECONDS));
      List<MqttPacket> acknowledgements = broker.awaitReceived(MqttType.PUBACK, 2);
      assertEquals(
          List.of(0x83, 0x00),
          acknowledgements.stream().map(a -> ((MqttPacket.Ack) a).reasonCode()).toList());
    }
  }

  @Test
  void receipt_blockingInItsOwnCompletion_isToldAsMisuse() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient client = device(broker).build()) {
      CompletableFuture<PublishReceipt> inner =
          client
              .publish("a", "1")
              .delivered()
              .toCompletableFuture()
              .thenApply(receipt -> client.publishAndWait(Message.of("a", "2"), SHORT));
      client.connect();
      ExecutionException misuse =
          assertThrows(ExecutionException.class, () -> inner.get(10, SECONDS));
      assertInstanceOf(IllegalStateException.class, misuse.getCause());
    }
  }

  // --- the end ----------------------------------------------------------------------------------

  @Test
  void close_inEveryState_completesEverythingAndLeavesNoThread() throws Exception {
    try (ScriptedBroker broker =
        broker(
            wire -> {
              wire.expectConnect();
              wire.readUntilClosed();
            },
            Script.accepting())) {
      SecureMqttClient fresh = device(broker).build();
      CompletableFuture<PublishReceipt> waiting =
          fresh.publish("a", "1").delivered().toCompletableFuture();
      var subscribing = fresh.subscribe("a", message -> {}).toCompletableFuture();
      fresh.close();
      fresh.close();
      assertClosed(waiting);
      assertClosed(subscribing);
      assertClosed(fresh.publish("a", "2").delivered().toCompletableFuture());
      assertThrows(ClientClosedException.class, fresh::connect);

      SecureMqttClient connecting = device(broker).build();
      CompletableFuture<ConnectionInfo> attempt = connecting.connectAsync().toCompletableFuture();
      broker.awaitReceived(MqttType.CONNECT, 1);
      connecting.close();
      assertClosed(attempt);

      SecureMqttClient connected = device(broker).build();
      connected.connect();
      connected.close();
      assertEquals(1, broker.awaitReceived(MqttType.DISCONNECT, 1).size());
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("mooring-loop")));
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("mooring-"))
            .allMatch(Thread::isDaemon));
  }

  private static void assertClosed(CompletableFuture<?> future) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> future.get(10, SECONDS));
    assertInstanceOf(ClientClosedException.class, failure.getCause());
  }
}
