package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.InternalFaultException;
import io.mooring.error.SubscribeException;
import io.mooring.identity.Secret;
import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ConnectionPhase;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.tls.ChannelBinding;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bad moments and bad neighbours: one connection's trouble stays its own, and no future stays open.
 */
@Timeout(60)
class HardTimesTest {
  private final CountDownLatch lost = new CountDownLatch(1);

  private ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
        .listener(
            state -> {
              if (state instanceof ConnectionState.Disconnected) {
                lost.countDown();
              }
            });
  }

  private static Script resuming() {
    return wire -> {
      wire.expectConnect();
      wire.send(MqttPackets.connack(true, 0));
      wire.serve();
    };
  }

  @RepeatedTest(10)
  void broker_closesBehindAPubrec_theNextConnectionWorks() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.pubrec(wire.expectPublish().packetId());
                      wire.closeNotify();
                    })
                .onConnection(resuming())
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      CompletableFuture<PublishReceipt> receipt =
          client
              .publish(Message.to("a").payload("1").qos(Qos.EXACTLY_ONCE).build())
              .delivered()
              .toCompletableFuture();
      assertTrue(lost.await(10, SECONDS));
      client.connect();
      receipt.get(10, SECONDS);
    }
  }

  @Test
  void handler_returnsAfterTheLinkBroke_qos2IsAcknowledgedOnTheNextOneAndHandledOnce()
      throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    CountDownLatch reconnected = new CountDownLatch(1);
    Inbox inbox = new Inbox();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.suback(wire.expectSubscribe().packetId(), 2);
                      wire.publish("a", new byte[] {'1'}, 2, 9);
                      wire.awaitCue("handling");
                      wire.closeAbruptly();
                    })
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.send(MqttPackets.connack(true, 0));
                      wire.send(
                          MqttPackets.frame(
                              0x3C,
                              MqttPackets.concat(
                                  MqttPackets.utf8("a"), new byte[] {0, 9, 0, '1'})));
                      assertEquals(9, wire.expectAck(MqttType.PUBREC).packetId());
                      wire.pubrel(9);
                      assertEquals(9, wire.expectAck(MqttType.PUBCOMP).packetId());
                      wire.serve();
                    })
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.subscribe(
          "a",
          SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE),
          message -> {
            handling.countDown();
            assertTrue(reconnected.await(10, SECONDS));
            inbox.onMessage(message);
          });
      client.connect();
      assertTrue(handling.await(10, SECONDS));
      broker.cue("handling");
      assertTrue(lost.await(10, SECONDS));
      client.connect();
      reconnected.countDown();

      assertEquals("1", inbox.next().payloadText());
      broker.awaitReceived(MqttType.PUBCOMP, 1);
      assertEquals(0, inbox.size());
    }
  }

  @Test
  void handler_throwsAnError_theNextMessageIsHandledAndBothAreAcknowledged() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.suback(wire.expectSubscribe().packetId(), 1);
                      wire.publish("a", new byte[] {'1'}, 1, 1);
                      wire.publish("a", new byte[] {'2'}, 1, 2);
                      wire.serve();
                    })
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.subscribe(
          "a",
          message -> {
            if (message.payloadText().equals("1")) {
              throw new LinkageError("a class of the application is missing");
            }
            second.countDown();
          });
      client.connect();
      assertTrue(second.await(10, SECONDS));
      assertEquals(2, broker.awaitReceived(MqttType.PUBACK, 2).size());
    }
  }

  @Test
  void subscription_replacedOrEndedBeforeTheAnswer_itsFutureCompletes() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(Script.accepting()).start();
        SecureMqttClient client = device(broker).build()) {
      CompletableFuture<SubscribeReceipt> replaced =
          client.subscribe("a", message -> {}).toCompletableFuture();
      CompletableFuture<SubscribeReceipt> ended =
          client.subscribe("a", message -> {}).toCompletableFuture();
      client.unsubscribe("a");
      for (CompletableFuture<SubscribeReceipt> future : List.of(replaced, ended)) {
        ExecutionException failure =
            assertThrows(ExecutionException.class, () -> future.get(10, SECONDS));
        assertInstanceOf(SubscribeException.class, failure.getCause());
      }
    }
  }

  @RepeatedTest(5)
  void subscribeThenUnsubscribe_reachTheBrokerInThatOrder() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(Script.accepting()).start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.subscribe("a", message -> {});
      client.unsubscribe("a").toCompletableFuture().get(10, SECONDS);
      assertEquals(
          List.of(MqttType.CONNECT, MqttType.SUBSCRIBE, MqttType.UNSUBSCRIBE),
          broker.received().stream().map(MqttPacket::type).toList());
    }
  }

  @Test
  void callbackExecutor_refusesWork_nothingStaysOpen() throws Exception {
    try (ScriptedBroker broker =
        ScriptedBroker.builder().onConnection(Script.accepting()).start()) {
      SecureMqttClient client =
          device(broker)
              .callbackExecutor(
                  task -> {
                    throw new RejectedExecutionException("full");
                  })
              .build();
      client.connect();
      client.publish("a", "1").delivered().toCompletableFuture().get(10, SECONDS);
      client.close();
      assertEquals(1, broker.awaitReceived(MqttType.DISCONNECT, 1).size());
    }
  }

  @Test
  void disconnect_behindABacklog_everythingAndTheFarewellArrive() throws Exception {
    byte[] large = new byte[200_000];
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.awaitCue("disconnecting");
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client = device(broker).queue(1000, 64 << 20).build()) {
      client.connect();
      CompletableFuture<?> last = null;
      for (int i = 0; i < 20; i++) {
        last =
            client
                .publish(Message.to("a").payload(large).qos(Qos.AT_MOST_ONCE).build())
                .delivered()
                .toCompletableFuture();
      }
      CompletableFuture<Void> gone = client.disconnect().toCompletableFuture();
      broker.cue("disconnecting");
      gone.get(10, SECONDS);
      assertEquals(1, broker.awaitReceived(MqttType.DISCONNECT, 1).size());
      assertTrue(last != null);
    }
  }

  @Test
  void messageBehindConnack_heldWhileTheWorkerVerifies_reachesItsHandlerAtOnce() throws Exception {
    Inbox inbox = new Inbox();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      new ScramServer().authenticate(wire);
                      wire.serve();
                    })
                .onConnection(
                    wire -> {
                      ScramServer server = new ScramServer();
                      server.connect(wire);
                      server.challenge(wire, server.serverFirst());
                      byte[] last =
                          ScramServer.bytes(server.serverFinal(wire.expectAuth().data().toArray()));
                      wire.send(
                          MqttPackets.connack(
                              true, 0, MqttPackets.authentication(ScramServer.METHOD, last)),
                          MqttPackets.publish("t/1", new byte[] {'x'}));
                      wire.serve();
                    })
                .start();
        SecureMqttClient client = Devices.scram(broker.port(), broker.identity()).build()) {
      client.connect();
      client
          .subscribe("t/1", SubscribeOptions.DEFAULT, inbox)
          .toCompletableFuture()
          .get(10, SECONDS);
      client.disconnect().toCompletableFuture().get(10, SECONDS);
      client.connect();
      assertEquals("x", inbox.next().payloadText());
    }
  }

  @Test
  void authenticator_missesAClass_isToldAtOnceWithTheCause() throws Exception {
    NoClassDefFoundError missing = new NoClassDefFoundError("example/token/Driver");
    try (ScriptedBroker broker =
            ScriptedBroker.builder().onEveryConnection(Script.record()).start();
        SecureMqttClient client =
            Devices.at(broker.port(), broker.identity())
                .authenticate(new Broken(missing))
                .reconnect(Reconnect.none())
                .connectTimeout(Duration.ofSeconds(50))
                .build()) {
      InternalFaultException told = assertThrows(InternalFaultException.class, client::connect);
      assertSame(missing, told.getCause());
    }
  }

  @Test
  void authenticator_missesAClassBeforeTls_isToldAtOnceWithTheCause() throws Exception {
    NoClassDefFoundError missing = new NoClassDefFoundError("example/token/Binding");
    CompletableFuture<ConnectionPhase> during = new CompletableFuture<>();
    try (ScriptedBroker broker =
            ScriptedBroker.builder().onEveryConnection(Script.record()).start();
        SecureMqttClient client =
            Devices.at(broker.port(), broker.identity())
                .authenticate(new Unbound(new Broken(missing)))
                .events(
                    event -> {
                      if (event instanceof ClientEvent.AttemptFailed failed) {
                        during.complete(failed.during());
                      }
                    })
                .reconnect(Reconnect.none())
                .connectTimeout(Duration.ofSeconds(50))
                .build()) {
      InternalFaultException told = assertThrows(InternalFaultException.class, client::connect);
      assertSame(missing, told.getCause());
      assertEquals(ConnectionPhase.PREPARATION, during.get(20, SECONDS));
    }
  }

  /** Cannot say what it binds to. */
  private record Unbound(Broken broken) implements EnhancedAuthenticator {
    @Override
    public String method() {
      return broken.method();
    }

    @Override
    public boolean mutual() {
      return broken.mutual();
    }

    @Override
    public @Nullable String userName() {
      return broken.userName();
    }

    @Override
    public @Nullable ChannelBinding channelBinding() {
      throw broken.missing();
    }

    @Override
    public AuthenticationExchange begin(AuthenticationContext context) {
      return broken.begin(context);
    }
  }

  /** Ends each exchange before it begins. */
  private record Broken(LinkageError missing) implements EnhancedAuthenticator {
    @Override
    public String method() {
      return "BROKEN";
    }

    @Override
    public boolean mutual() {
      return false;
    }

    @Override
    public @Nullable String userName() {
      return null;
    }

    @Override
    public @Nullable ChannelBinding channelBinding() {
      return null;
    }

    @Override
    public AuthenticationExchange begin(AuthenticationContext context) {
      throw missing;
    }
  }
}
