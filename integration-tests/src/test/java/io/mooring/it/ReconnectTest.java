package io.mooring.it;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
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
import io.mooring.Endpoint;
import io.mooring.PublishReceipt;
import io.mooring.ReasonCode;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ClientClosedException;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.NetworkException;
import io.mooring.error.PinMismatchException;
import io.mooring.error.TimeoutException;
import io.mooring.identity.Secret;
import io.mooring.internal.net.EventLoop;
import io.mooring.testkit.FaultProxy;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that goes on by itself, and one that knows when to stop. */
@Timeout(60)
class ReconnectTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Reconnect QUICK =
      Reconnect.DEFAULT
          .withBackOff(Duration.ofMillis(20), Duration.ofMillis(100))
          .withStableAfter(Duration.ofMillis(100));
  private static final Reconnect PATIENT =
      Reconnect.DEFAULT.withBackOff(Duration.ofMinutes(10), Duration.ofMinutes(10));

  /** One authority vouches for all brokers of a test; the first is pinned by it. */
  private static final TestIdentity BROKER = TestCertificates.localhost();

  private final States states = new States();

  private ClientBuilder device(int port, Reconnect policy) {
    return Devices.at(port, BROKER)
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
        .reconnect(policy)
        .listener(states);
  }

  private ClientBuilder device(ScriptedBroker broker) {
    return device(broker.port(), QUICK);
  }

  private static ScriptedBroker broker(Script... scripts) throws IOException {
    ScriptedBroker.Builder builder = ScriptedBroker.builder().identity(BROKER);
    for (Script script : scripts) {
      builder.onConnection(script);
    }
    return builder.start();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return taken.getLocalPort();
    }
  }

  private static Endpoint at(int port) {
    return new Endpoint("localhost", port);
  }

  private static Script refusing(int reason) {
    return wire -> {
      wire.expectConnect();
      wire.connack(reason);
    };
  }

  private static Script referring(int reason, String reference) {
    return wire -> {
      wire.expectConnect();
      wire.connack(
          false, reason, MqttProperties.NONE.with(MqttProperty.SERVER_REFERENCE, reference));
    };
  }

  private static final Script RESUMING =
      wire -> {
        wire.expectConnect();
        wire.send(MqttPackets.connack(true, 0));
        wire.serve();
      };

  // --- start ------------------------------------------------------------------------------------

  @Test
  void start_bootedOffline_keepsTryingAndThenDeliversWhatWasPublished() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        FaultProxy network = FaultProxy.to(broker.port());
        SecureMqttClient client = device(network.port(), QUICK).build()) {
      network.refuse();
      client.start();
      client.start();
      CompletableFuture<PublishReceipt> waiting =
          client.publish("telemetry", "21.5").delivered().toCompletableFuture();
      ConnectionState.Waiting first = states.next(ConnectionState.Waiting.class);
      ConnectionState.Waiting second = states.next(ConnectionState.Waiting.class);
      assertInstanceOf(NetworkException.class, first.cause());
      assertEquals(1, first.failures());
      assertEquals(2, second.failures());
      assertEquals(at(network.port()), second.broker());
      assertFalse(waiting.isDone());

      network.accepting();
      ConnectionInfo info = client.awaitConnected(PATIENCE);

      assertEquals("meter-0042", info.clientId());
      assertFalse(waiting.get(20, SECONDS).reason().isError());
    }
  }

  @Test
  void connect_offline_throwsAndLeavesItToTheCaller() throws Exception {
    try (SecureMqttClient client = device(closedPort(), QUICK).build()) {
      assertThrows(NetworkException.class, client::connect);
      assertInstanceOf(ConnectionState.Disconnected.class, client.state());
      assertThrows(IllegalStateException.class, () -> client.awaitConnected(PATIENCE));
    }
  }

  @Test
  void connect_whileTheBackOffWaits_triesAtOnce() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        FaultProxy network = FaultProxy.to(broker.port());
        SecureMqttClient client = device(network.port(), PATIENT).build()) {
      network.refuse();
      client.start();
      states.next(ConnectionState.Waiting.class);
      assertThrows(NetworkException.class, client::connect);
      states.next(ConnectionState.Waiting.class);
      network.accepting();
      client.connect();
    }
  }

  @Test
  void awaitConnected_inVain_saysWhatTheLastAttemptMet() throws Exception {
    int port = closedPort();
    try (SecureMqttClient client = device(port, PATIENT).build()) {
      client.start();
      states.next(ConnectionState.Waiting.class);
      TimeoutException late =
          assertThrows(TimeoutException.class, () -> client.awaitConnected(Duration.ofMillis(50)));
      assertTrue(late.getMessage().contains(":" + port), late::getMessage);
    }
  }

  @Test
  void start_withoutReconnect_isMisuse_andLossIsOnlyTold() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                });
        SecureMqttClient client = device(broker.port(), Reconnect.none()).build()) {
      assertThrows(IllegalStateException.class, client::start);
      client.connect();
      ConnectionState.Disconnected lost = states.next(ConnectionState.Disconnected.class);
      assertInstanceOf(ConnectionLostException.class, lost.cause());
      assertEquals(1, broker.accepted());
    }
  }

  // --- loss -------------------------------------------------------------------------------------

  @Test
  void loss_afterConnect_goesOnByItselfAndSendsAgainWhatWasInFlight() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.suback(wire.expectSubscribe().packetId(), 1);
                  wire.expectPublish();
                  wire.closeAbruptly();
                },
                RESUMING);
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.subscribe("command/+", message -> {}).toCompletableFuture().get(20, SECONDS);
      client.publish("a", "1").delivered().toCompletableFuture().get(20, SECONDS);

      assertEquals(
          List.of("1", "1 dup"),
          broker.received(MqttType.PUBLISH).stream()
              .map(MqttPacket.Publish.class::cast)
              .map(publish -> publish.payload().toUtf8() + (publish.dup() ? " dup" : ""))
              .toList());
      assertEquals(1, broker.received(MqttType.SUBSCRIBE).size(), "the broker kept the session");
    }
  }

  @Test
  void loss_brokerLostTheSession_subscribesAnew() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.suback(wire.expectSubscribe().packetId(), 1);
                },
                Script.accepting());
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.subscribe("command/+", message -> {}).toCompletableFuture().get(20, SECONDS);
      broker.awaitReceived(MqttType.SUBSCRIBE, 2);
    }
  }

  @Test
  void disconnect_whileTheNextAttemptIsAwaited_endsIt() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting(), Script.accepting());
        FaultProxy network = FaultProxy.to(broker.port());
        SecureMqttClient client = device(network.port(), PATIENT).build()) {
      client.connect();
      network.refuse();
      network.cut();
      states.next(ConnectionState.Waiting.class);
      CompletableFuture<ClientClosedException> told = new CompletableFuture<>();
      CompletableFuture.runAsync(
          () ->
              told.complete(
                  assertThrows(
                      ClientClosedException.class, () -> client.awaitConnected(PATIENCE))));
      client.disconnect().toCompletableFuture().get(20, SECONDS);
      assertInstanceOf(ConnectionState.Disconnected.class, client.state());
      network.accepting();
      client.retryNow();
      client.connect();
      assertEquals(2, broker.accepted());
    }
  }

  @Test
  void keepAlive_peerGoneWithoutAWord_isFoundAndReplaced() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting(), RESUMING);
        FaultProxy network = FaultProxy.to(broker.port());
        SecureMqttClient client =
            device(network.port(), QUICK).keepAlive(Duration.ofSeconds(2)).build()) {
      client.connect();
      long blackout = System.nanoTime();
      network.stall();
      ConnectionState.Waiting lost = states.next(ConnectionState.Waiting.class);
      long found = NANOSECONDS.toMillis(System.nanoTime() - blackout);
      assertTrue(lost.cause().getMessage().contains("PINGREQ"), () -> lost.cause().getMessage());
      assertTrue(found < 4_000, () -> "found after " + found + " ms; 1.5 periods are 3,000 ms");
      network.resume();
      states.next(ConnectionState.Connected.class);
    }
  }

  // --- retryNow ---------------------------------------------------------------------------------

  @Test
  void retryNow_whileTheNextAttemptIsAwaited_bringsItForward() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        FaultProxy network = FaultProxy.to(broker.port());
        SecureMqttClient client =
            device(
                    network.port(),
                    Reconnect.DEFAULT.withBackOff(Duration.ofMillis(500), Duration.ofHours(1)))
                .build()) {
      network.refuse();
      client.start();
      while (states.next(ConnectionState.Waiting.class).delay().compareTo(Duration.ofSeconds(20))
          < 0) {
        client.retryNow();
      }
      network.accepting();
      client.retryNow();
      client.awaitConnected(PATIENCE);
    }
  }

  @Test
  void retryNow_connectionIsHalfDead_isFoundByAProbe() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting(), RESUMING);
        FaultProxy network = FaultProxy.to(broker.port());
        SecureMqttClient client = device(network.port(), QUICK).build()) {
      client.connect();
      network.stall();
      client.retryNow();
      ConnectionState.Waiting lost = states.next(ConnectionState.Waiting.class);
      assertTrue(lost.cause().getMessage().contains("retryNow()"), () -> lost.cause().getMessage());
      network.resume();
      states.next(ConnectionState.Connected.class);
    }
  }

  @Test
  void retryNow_connectionIsAlive_leavesItAlone() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.retryNow();
      broker.awaitReceived(MqttType.PINGREQ, 1);
      assertInstanceOf(ConnectionState.Connected.class, client.state());
      assertEquals(1, broker.accepted());
    }
  }

  @Test
  void retryNow_clientThatWasNotToBeConnected_staysSo() throws Exception {
    try (SecureMqttClient client = device(closedPort(), QUICK).build()) {
      client.retryNow();
      assertThrows(IllegalStateException.class, () -> client.awaitConnected(PATIENCE));
      assertEquals(new ConnectionState.Disconnected(null), client.state());
    }
  }

  // --- what no retry cures ----------------------------------------------------------------------

  @Test
  void wrongPin_stopsAtOnce_andTheApplicationCanResume() throws Exception {
    TlsPolicy wrong =
        TlsPolicy.trusting(List.of(BROKER.root()))
            .pinned(PinSet.of(Devices.BACKUP, other(Devices.BACKUP.toString())));
    try (ScriptedBroker broker = broker(Script.accepting(), Script.accepting());
        SecureMqttClient client = device(broker).tls(wrong).build()) {
      client.start();
      ConnectionState.Stopped stopped = states.next(ConnectionState.Stopped.class);
      assertInstanceOf(PinMismatchException.class, stopped.cause());
      assertThrows(PinMismatchException.class, () -> client.awaitConnected(PATIENCE));
      assertEquals(1, broker.accepted());

      client.start();
      states.next(ConnectionState.Stopped.class);
      client.retryNow();
      states.next(ConnectionState.Stopped.class);
      assertThrows(PinMismatchException.class, client::connect);
      assertEquals(4, broker.accepted());
      assertInstanceOf(ConnectionState.Disconnected.class, client.state());
    }
  }

  @Test
  void stopped_askedAgainAndAgain_theCauseDoesNotGrow() throws Exception {
    TlsPolicy wrong =
        TlsPolicy.trusting(List.of(BROKER.root()))
            .pinned(PinSet.of(Devices.BACKUP, other(Devices.BACKUP.toString())));
    try (ScriptedBroker broker = broker(Script.accepting());
        SecureMqttClient client = device(broker).tls(wrong).build()) {
      client.start();
      ConnectionState.Stopped stopped = states.next(ConnectionState.Stopped.class);
      for (int i = 0; i < 100; i++) {
        assertThrows(PinMismatchException.class, () -> client.awaitConnected(PATIENCE));
      }
      int callSites = stopped.cause().getSuppressed().length;
      assertTrue(callSites > 0 && callSites <= 8, () -> callSites + " call sites");
    }
  }

  private static SpkiPin other(String pin) {
    return SpkiPin.parse(pin.replace("sha256/A", "sha256/B"));
  }

  @Test
  void credentialsRefused_afterALoss_stopsAndKeepsWhatWasAccepted() throws Exception {
    try (ScriptedBroker broker =
            broker(
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                },
                refusing(0x86),
                Script.accepting());
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      ConnectionState.Stopped stopped = states.next(ConnectionState.Stopped.class);
      assertEquals(
          ReasonCode.BAD_USER_NAME_OR_PASSWORD,
          assertInstanceOf(BrokerRefusalException.class, stopped.cause()).reasonCode());
      CompletableFuture<PublishReceipt> kept =
          client.publish("a", "1").delivered().toCompletableFuture();
      client.retryNow();
      client.awaitConnected(PATIENCE);
      kept.get(20, SECONDS);
    }
  }

  @Test
  void brokerIsBusy_isTriedAgain() throws Exception {
    try (ScriptedBroker broker = broker(refusing(0x89), refusing(0x88), Script.accepting());
        SecureMqttClient client = device(broker).build()) {
      client.start();
      client.awaitConnected(PATIENCE);
      assertEquals(3, broker.accepted());
    }
  }

  // --- the event loop ---------------------------------------------------------------------------

  @Test
  void selectorOfTheLoopFails_clientsHearItAndConnectAnew() throws Exception {
    try (ScriptedBroker broker = broker(Script.accepting(), RESUMING);
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      Field shared = EventLoop.class.getDeclaredField("shared");
      Field selector = EventLoop.class.getDeclaredField("selector");
      shared.setAccessible(true);
      selector.setAccessible(true);
      ((Selector) selector.get(shared.get(null))).close();

      ConnectionState.Waiting lost = states.next(ConnectionState.Waiting.class);
      assertInstanceOf(ConnectionLostException.class, lost.cause());
      states.next(ConnectionState.Connected.class);
      client.publish("a", "1").delivered().toCompletableFuture().get(20, SECONDS);
    }
  }

  // --- several brokers --------------------------------------------------------------------------

  @Test
  void firstBrokerIsDown_connectTakesTheSecond() throws Exception {
    try (ScriptedBroker second = broker(Script.accepting());
        SecureMqttClient client =
            device(second)
                .brokers(List.of(at(closedPort()), at(second.port())))
                .reconnect(PATIENT)
                .build()) {
      assertEquals(at(second.port()), client.connect().endpoint());
    }
  }

  @Test
  void firstBrokerIsAnImpostor_theSecondIsTaken_andNothingIsHidden() throws Exception {
    try (ScriptedBroker impostor = ScriptedBroker.builder().onConnection(Script.record()).start();
        ScriptedBroker second = broker(Script.accepting());
        SecureMqttClient client =
            device(second).brokers(List.of(at(impostor.port()), at(second.port()))).build()) {
      client.start();
      ConnectionState.Waiting told = states.next(ConnectionState.Waiting.class);
      assertFalse(told.cause().retryable(), told::toString);
      assertEquals(at(second.port()), client.awaitConnected(PATIENCE).endpoint());
      assertTrue(impostor.received().isEmpty());
    }
  }

  @Test
  void preferredBrokerComesBack_clientReturnsToIt() throws Exception {
    try (ScriptedBroker first =
            broker(Script.record(), Script.accepting()); // the probe, and then the client
        ScriptedBroker second = broker(Script.accepting());
        FaultProxy road = FaultProxy.to(first.port());
        SecureMqttClient client =
            device(second)
                .brokers(List.of(at(road.port()), at(second.port())))
                .reconnect(QUICK.withFailBack(Duration.ofSeconds(1)))
                .build()) {
      road.refuse();
      client.start();
      assertEquals(at(second.port()), client.awaitConnected(PATIENCE).endpoint());
      states.next(ConnectionState.Connected.class);
      road.accepting();
      assertEquals(at(road.port()), states.next(ConnectionState.Connected.class).info().endpoint());
      assertEquals(1, second.awaitReceived(MqttType.DISCONNECT, 1).size());
      assertEquals(1, first.received(MqttType.CONNECT).size(), "the probe says nothing of MQTT");
    }
  }

  // --- Server Reference -------------------------------------------------------------------------

  @Test
  void serverReference_byDefault_isNotFollowed() throws Exception {
    try (ScriptedBroker other = broker(Script.accepting());
        ScriptedBroker broker = broker(referring(0x9D, "localhost:" + other.port()));
        SecureMqttClient client = device(broker).build()) {
      client.start();
      ConnectionState.Stopped stopped = states.next(ConnectionState.Stopped.class);
      assertTrue(stopped.cause().getMessage().contains("localhost:" + other.port()));
      assertEquals(0, other.accepted());
    }
  }

  @Test
  void serverReference_followed_leadsThere() throws Exception {
    try (ScriptedBroker other = broker(Script.accepting());
        ScriptedBroker broker = broker(referring(0x9C, "localhost:" + other.port()));
        SecureMqttClient client = device(broker).followServerReference(true).build()) {
      assertEquals(at(other.port()), client.connect().endpoint());
    }
  }

  @Test
  void serverReference_toABrokerWithoutThePin_isRefused() throws Exception {
    try (ScriptedBroker impostor = ScriptedBroker.builder().onConnection(Script.record()).start();
        ScriptedBroker broker =
            broker(
                referring(0x9C, "localhost:" + impostor.port()),
                referring(0x9C, "localhost:" + impostor.port()),
                Script.accepting());
        SecureMqttClient client = device(broker).followServerReference(true).build()) {
      client.start();
      assertEquals(at(broker.port()), client.awaitConnected(PATIENCE).endpoint());
      assertEquals(1, impostor.accepted(), "it is set aside");
      assertTrue(impostor.received().isEmpty());
    }
  }

  @Test
  void serverReference_inACircle_endsConnect() throws Exception {
    try (ScriptedBroker broker =
        ScriptedBroker.builder()
            .identity(BROKER)
            .onEveryConnection(referring(0x9C, "localhost"))
            .start()) {
      String itself = "localhost:" + broker.port();
      for (int i = 0; i < 4; i++) {
        broker.script(referring(0x9C, itself));
      }
      try (SecureMqttClient client = device(broker).followServerReference(true).build()) {
        broker.script(referring(0x9C, itself));
        assertThrows(BrokerRefusalException.class, client::connect);
        assertEquals(5, broker.accepted());
      }
    }
  }

  // --- a real broker ----------------------------------------------------------------------------

  @Test
  void mosquitto_stoppedAndStartedFiveTimes_everyAcceptedMessageIsDelivered() throws Exception {
    Inbox inbox = new Inbox();
    try (MosquittoProcess broker = MosquittoProcess.builder().identity(BROKER).start();
        SecureMqttClient client = device(broker.port(), QUICK).build()) {
      client.start();
      client.subscribe("echo", inbox).toCompletableFuture().get(20, SECONDS);
      List<CompletableFuture<PublishReceipt>> receipts = new ArrayList<>();
      for (int round = 0; round < 5; round++) {
        states.next(ConnectionState.Connected.class);
        receipts.add(client.publish("other", "up").delivered().toCompletableFuture());
        broker.stop();
        states.next(ConnectionState.Waiting.class);
        for (int i = 0; i < 10; i++) {
          receipts.add(client.publish("other", "down").delivered().toCompletableFuture());
        }
        broker.restart();
      }
      states.next(ConnectionState.Connected.class);
      for (CompletableFuture<PublishReceipt> receipt : receipts) {
        assertFalse(receipt.get(20, SECONDS).reason().isError());
      }
      client.publish("echo", "the subscription is there again");
      assertEquals("the subscription is there again", inbox.next().payloadText());
    }
  }

  // --- close ------------------------------------------------------------------------------------

  @Test
  void close_whileSeeking_endsAllOfIt() throws Exception {
    SecureMqttClient client = device(closedPort(), PATIENT).build();
    client.start();
    states.next(ConnectionState.Waiting.class);
    client.close();
    assertInstanceOf(ConnectionState.Closed.class, client.state());
    assertThrows(ClientClosedException.class, client::start);
    client.retryNow();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("mooring-loop")));
  }
}
