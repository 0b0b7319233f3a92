package io.mooring.it;

import static io.mooring.it.ScramServer.METHOD;
import static io.mooring.it.ScramServer.SALT;
import static io.mooring.it.ScramServer.SERVER_NONCE;
import static io.mooring.it.ScramServer.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.SecureMqttClient;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.MooringException;
import io.mooring.error.ProtocolViolationException;
import io.mooring.error.ServerProofException;
import io.mooring.error.TimeoutException;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * What an impostor may try over real TLS with a certificate that passes every check. Each attempt
 * is refused with zero bytes of PUBLISH or SUBSCRIBE sent and zero callbacks run, although the
 * device has a message queued and a subscription waiting.
 */
@Timeout(120)
class ScramAdversaryTest {
  private static final String TOPIC = "plant/7/meter-0042/telemetry";

  @TestFactory
  Stream<DynamicTest> scram_impostor_isRefusedBeforeAnyApplicationByte() {
    return attacks().stream()
        .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> refuse(attack)));
  }

  private record Attack(
      String name, Class<? extends MooringException> refusal, Duration deadline, Script script) {}

  /** A script that knows the honest arithmetic. */
  private interface Spoiled {
    void run(Wire wire, ScramServer server) throws IOException, InterruptedException;
  }

  private static Attack attack(
      String name, Class<? extends MooringException> refusal, Spoiled spoiled) {
    return attack(name, refusal, Duration.ofSeconds(20), spoiled);
  }

  private static Attack attack(
      String name, Class<? extends MooringException> refusal, Duration deadline, Spoiled spoiled) {
    return new Attack(
        name,
        refusal,
        deadline,
        wire -> {
          ScramServer server = new ScramServer();
          server.connect(wire);
          spoiled.run(wire, server);
          wire.readUntilClosed();
        });
  }

  private static List<Attack> attacks() {
    Class<ServerProofException> proof = ServerProofException.class;
    Class<ProtocolViolationException> violation = ProtocolViolationException.class;
    List<Attack> attacks = new ArrayList<>();
    attacks.add(attack("connackWithoutAuth", proof, (wire, s) -> wire.connack()));
    attacks.add(
        attack(
            "connackWithMethodButNoData",
            proof,
            (wire, s) ->
                wire.connack(
                    false,
                    0,
                    MqttProperties.NONE.with(MqttProperty.AUTHENTICATION_METHOD, METHOD))));
    attacks.add(
        attack(
            "connackWithMadeUpSignatureAtOnce",
            proof,
            (wire, s) -> wire.connack(METHOD, bytes("v=" + "A".repeat(43) + "="))));
    attacks.add(
        attack(
            "serverSignatureMissing",
            proof,
            (wire, s) -> {
              s.challenge(wire, s.serverFirst());
              wire.expectAuth();
              wire.connack();
            }));
    attacks.add(
        attack(
            "serverSignatureOfAnotherKey",
            proof,
            (wire, s) -> {
              s.challenge(wire, s.serverFirst());
              wire.expectAuth();
              wire.connack(METHOD, bytes("v=" + "A".repeat(43) + "="));
            }));
    attacks.add(
        attack(
            "serverSignatureTruncated",
            proof,
            (wire, s) -> {
              s.challenge(wire, s.serverFirst());
              String right = s.serverFinal(wire.expectAuth().data().toArray());
              wire.connack(METHOD, bytes(right.substring(0, 34)));
            }));
    attacks.add(
        attack(
            "serverSignatureEmpty",
            proof,
            (wire, s) -> {
              s.challenge(wire, s.serverFirst());
              wire.expectAuth();
              wire.connack(METHOD, bytes("v="));
            }));
    attacks.add(
        attack(
            "otherMethodInAuth",
            MooringException.class,
            (wire, s) -> wire.auth(0x18, "SCRAM-SHA-1", bytes(s.serverFirst()))));
    attacks.add(
        attack(
            "otherMethodInConnack",
            MooringException.class,
            (wire, s) -> {
              s.challenge(wire, s.serverFirst());
              byte[] right = bytes(s.serverFinal(wire.expectAuth().data().toArray()));
              wire.connack("SCRAM-SHA-512", right);
            }));
    attacks.add(
        attack(
            "authSuccessBeforeConnack",
            violation,
            (wire, s) -> wire.auth(0x00, METHOD, bytes(s.serverFirst()))));
    attacks.add(
        attack(
            "reauthenticateBeforeConnack",
            violation,
            (wire, s) -> wire.auth(0x19, METHOD, bytes(s.serverFirst()))));
    attacks.add(
        attack(
            "twoChallenges",
            MooringException.class,
            (wire, s) -> {
              s.challenge(wire, s.serverFirst());
              wire.expectAuth();
              s.challenge(wire, s.serverFirst());
            }));
    attacks.add(
        attack(
            "nonceNotExtended",
            proof,
            (wire, s) -> s.challenge(wire, s.serverFirst(s.clientNonce(), SALT, "4096"))));
    attacks.add(
        attack(
            "nonceSwapped",
            proof,
            (wire, s) ->
                s.challenge(wire, s.serverFirst("x" + s.clientNonce() + "y", SALT, "4096"))));
    attacks.add(iterations("1"));
    attacks.add(iterations("2147483647"));
    attacks.add(iterations("99999999999999999999"));
    attacks.add(iterations("+4096"));
    attacks.add(iterations("-1"));
    attacks.add(
        attack(
            "mandatoryExtension",
            proof,
            (wire, s) -> s.challenge(wire, "m=ext," + s.serverFirst())));
    attacks.add(
        attack(
            "saltNotBase64",
            proof,
            (wire, s) ->
                s.challenge(wire, s.serverFirst(s.clientNonce() + SERVER_NONCE, "@@@@", "4096"))));
    attacks.add(
        attack("publishBeforeConnack", violation, (wire, s) -> wire.publish(TOPIC, bytes("obey"))));
    attacks.add(attack("pingrespBeforeConnack", violation, (wire, s) -> wire.pingresp()));
    attacks.add(
        attack(
            "publishBetweenChallengeAndConnack",
            violation,
            (wire, s) -> {
              s.challenge(wire, s.serverFirst());
              wire.expectAuth();
              wire.publish(TOPIC, bytes("obey"));
            }));
    attacks.add(
        attack(
            "publishGluedToAForgedConnack",
            proof,
            (wire, s) -> {
              s.challenge(wire, s.serverFirst());
              wire.expectAuth();
              wire.send(
                  MqttPackets.connack(METHOD, bytes("v=" + "A".repeat(43) + "=")),
                  MqttPackets.publish(TOPIC, bytes("obey")));
            }));
    attacks.add(
        attack(
            "disconnectBeforeConnack",
            BrokerRefusalException.class,
            (wire, s) -> wire.disconnect(0x8B)));
    attacks.add(
        attack(
            "wrongPassword",
            BrokerRefusalException.class,
            (wire, s) -> wire.connack(MqttPackets.NOT_AUTHORIZED)));
    attacks.add(
        attack(
            "stall", TimeoutException.class, Duration.ofMillis(1500), (wire, s) -> wire.stall()));
    attacks.add(
        attack(
            "byteDribble",
            TimeoutException.class,
            Duration.ofMillis(1500),
            (wire, s) ->
                wire.sendDribble(
                    MqttPackets.auth(0x18, METHOD, bytes(s.serverFirst())),
                    1,
                    Duration.ofMillis(200))));
    attacks.add(
        attack(
            "lengthFieldOf256MegabytesInConnack",
            violation,
            (wire, s) -> wire.send(MqttPackets.header(0x20, 268_435_455))));
    return attacks;
  }

  private static Attack iterations(String count) {
    return attack(
        "iterations" + count,
        ServerProofException.class,
        (wire, s) -> s.challenge(wire, s.serverFirst(s.clientNonce() + SERVER_NONCE, SALT, count)));
  }

  private void refuse(Attack attack) throws Exception {
    AtomicInteger callbacks = new AtomicInteger();
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(attack.script()).start();
        SecureMqttClient client =
            Devices.scram(broker.port(), broker.identity())
                .connectTimeout(attack.deadline())
                .build()) {
      client.subscribe("plant/7/meter-0042/command/+", message -> callbacks.incrementAndGet());
      client.publish(TOPIC, "21.5");

      MooringException refusal = assertThrows(MooringException.class, client::connect);

      assertInstanceOf(attack.refusal(), refusal, refusal::toString);
      assertEquals(List.of(), broker.received(MqttType.PUBLISH));
      assertEquals(List.of(), broker.received(MqttType.SUBSCRIBE));
      assertEquals(0, callbacks.get());
    } catch (IOException broken) {
      // The client leaves while the script still talks: that is the refusal, seen from the broker.
      assertTrue(callbacks.get() == 0, () -> "callbacks ran: " + broken);
    }
  }

  @Test
  void scram_honestBroker_isProvenAndServed() throws Exception {
    ScramServer server = new ScramServer();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      server.authenticate(wire);
                      wire.serve();
                    })
                .start();
        SecureMqttClient client = Devices.scram(broker.port(), broker.identity()).build()) {
      assertEquals(METHOD, client.connect().serverProof());
      client.publishAndWait(Message.of(TOPIC, "21.5"), Duration.ofSeconds(10));
    }
  }

  @Test
  void scram_storedMessages_surviveAnImpostorAndAreDeliveredInOrder() throws Exception {
    ScramServer genuine = new ScramServer();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.readUntilClosed();
                    })
                .onConnection(
                    wire -> {
                      genuine.authenticate(wire);
                      wire.serve();
                    })
                .start();
        SecureMqttClient client = Devices.scram(broker.port(), broker.identity()).build()) {
      List<CompletableFuture<?>> receipts = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        receipts.add(client.publish(TOPIC, "reading " + i).delivered().toCompletableFuture());
      }
      assertThrows(ServerProofException.class, client::connect);
      assertEquals(List.of(), broker.received(MqttType.PUBLISH));

      client.connect();
      for (var receipt : receipts) {
        receipt.get(10, TimeUnit.SECONDS);
      }

      List<String> arrived =
          broker.received(MqttType.PUBLISH).stream()
              .map(packet -> ((MqttPacket.Publish) packet).payload().toUtf8())
              .toList();
      assertEquals(
          Stream.iterate(0, i -> i + 1).limit(100).map(i -> "reading " + i).toList(), arrived);
    }
  }

  @Test
  void scram_unsolicitedAuthInMidSession_endsTheConnection() throws Exception {
    ScramServer server = new ScramServer();
    List<MooringException> losses = new ArrayList<>();
    CountDownLatch lost = new CountDownLatch(1);
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      server.authenticate(wire);
                      wire.expectPublish();
                      wire.auth(0x18, METHOD, bytes("surprise"));
                      assertEquals(0x82, wire.expectDisconnect().reasonCode());
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            Devices.scram(broker.port(), broker.identity())
                .listener(
                    state -> {
                      if (state instanceof ConnectionState.Disconnected end
                          && end.cause() != null) {
                        losses.add(end.cause());
                        lost.countDown();
                      }
                    })
                .build()) {
      client.connect();
      client.publish(Message.to(TOPIC).payload("21.5").qos(Qos.AT_MOST_ONCE).build());
      assertTrue(lost.await(10, TimeUnit.SECONDS));
      assertEquals(
          ReasonCode.PROTOCOL_ERROR,
          assertInstanceOf(ProtocolViolationException.class, losses.get(0)).reasonCode());
      broker.verify();
    }
  }

  @Test
  void scram_reauthentication_provesTheBrokerAnewWhileMessagesFlow() throws Exception {
    ScramServer server = new ScramServer();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      server.authenticate(wire);
                      server.clientFirst(wire.expectAuth().data().toArray());
                      server.challenge(wire, server.serverFirst());
                      wire.publish("plant/7/meter-0042/command/led", bytes("on"));
                      byte[] last = bytes(server.serverFinal(wire.expectAuth().data().toArray()));
                      wire.auth(0x00, METHOD, last);
                      wire.serve();
                    })
                .start();
        SecureMqttClient client = Devices.scram(broker.port(), broker.identity()).build()) {
      client.connect();
      client.reauthenticate().toCompletableFuture().get(10, TimeUnit.SECONDS);
      client.publishAndWait(Message.of(TOPIC, "21.5"), Duration.ofSeconds(10));
    }
  }

  @Test
  void scram_reauthenticationIsNeverAnswered_endsTheConnectionByADeadline() throws Exception {
    ScramServer server = new ScramServer();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      server.authenticate(wire);
                      wire.expectAuth();
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            Devices.scram(broker.port(), broker.identity())
                .connectTimeout(Duration.ofSeconds(3))
                .build()) {
      client.connect();
      ExecutionException failure =
          assertThrows(
              ExecutionException.class,
              () -> client.reauthenticate().toCompletableFuture().get(10, TimeUnit.SECONDS));
      assertInstanceOf(TimeoutException.class, failure.getCause());
    }
  }

  @Test
  void scram_reauthenticationWithAWrongSignature_endsTheConnection() throws Exception {
    ScramServer server = new ScramServer();
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      server.authenticate(wire);
                      server.clientFirst(wire.expectAuth().data().toArray());
                      server.challenge(wire, server.serverFirst());
                      wire.expectAuth();
                      wire.auth(0x00, METHOD, bytes("v=" + "A".repeat(43) + "="));
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client = Devices.scram(broker.port(), broker.identity()).build()) {
      client.connect();
      ExecutionException failure =
          assertThrows(
              ExecutionException.class,
              () -> client.reauthenticate().toCompletableFuture().get(10, TimeUnit.SECONDS));
      assertInstanceOf(ServerProofException.class, failure.getCause());
    }
  }
}
