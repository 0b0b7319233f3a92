package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.error.MooringException;
import io.mooring.error.PublishRefusedException;
import io.mooring.error.SubscribeRefusedException;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.Wire;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a broker says for people is quoted: bounded, and unable to move a terminal's cursor. As it
 * came it is in a refusal's Reason String.
 */
@Timeout(60)
class BrokerTextTest {
  private static final String HOSTILE =
      "no\u001b[2J\r\nmooring: all is well\u202e" + "x".repeat(5_000);

  private static final MqttProperties SAYING =
      MqttProperties.NONE.with(MqttProperty.REASON_STRING, HOSTILE);

  private static final int NOT_AUTHORIZED = 0x87;

  @Test
  void connack_isQuoted() throws Exception {
    Script refusing =
        wire -> {
          wire.expectConnect();
          wire.connack(false, NOT_AUTHORIZED, SAYING);
          wire.readUntilClosed();
        };
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(refusing).start();
        SecureMqttClient device = device(broker)) {
      quoted(assertThrows(MooringException.class, device::connect));
    }
  }

  @Test
  void puback_isQuoted() throws Exception {
    Script refusing =
        accepted(
            wire ->
                wire.send(
                    new MqttPacket.Ack(
                        MqttType.PUBACK, wire.expectPublish().packetId(), NOT_AUTHORIZED, SAYING)));
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(refusing).start();
        SecureMqttClient device = device(broker)) {
      device.connect();
      MooringException refusal = quoted(device.publish(Message.of("t", "m")).delivered());
      assertEquals(HOSTILE, ((PublishRefusedException) refusal).reasonString());
    }
  }

  @Test
  void suback_isQuoted() throws Exception {
    Script refusing =
        accepted(
            wire ->
                wire.send(
                    new MqttPacket.Suback(
                        wire.expectSubscribe().packetId(), SAYING, List.of(NOT_AUTHORIZED))));
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(refusing).start();
        SecureMqttClient device = device(broker)) {
      device.connect();
      MooringException refusal = quoted(device.subscribe("t", message -> {}));
      assertEquals(HOSTILE, ((SubscribeRefusedException) refusal).reasonString());
    }
  }

  @Test
  void unsuback_isQuoted() throws Exception {
    Script refusing =
        accepted(
            wire -> {
              wire.suback(wire.expectSubscribe().packetId(), 1);
              wire.send(
                  new MqttPacket.Unsuback(
                      wire.expectUnsubscribe().packetId(), SAYING, List.of(NOT_AUTHORIZED)));
            });
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(refusing).start();
        SecureMqttClient device = device(broker)) {
      device.connect();
      device.subscribe("t", message -> {});
      MooringException refusal = quoted(device.unsubscribe("t"));
      assertEquals(HOSTILE, ((SubscribeRefusedException) refusal).reasonString());
    }
  }

  @Test
  void disconnect_isQuoted() throws Exception {
    Script leaving = accepted(wire -> wire.send(new MqttPacket.Disconnect(NOT_AUTHORIZED, SAYING)));
    CompletableFuture<MooringException> told = new CompletableFuture<>();
    try (ScriptedBroker broker = ScriptedBroker.builder().onConnection(leaving).start();
        SecureMqttClient device =
            builder(broker)
                .listener(
                    state -> {
                      if (state instanceof ConnectionState.Stopped stopped) {
                        told.complete(stopped.cause());
                      }
                      if (state instanceof ConnectionState.Disconnected down
                          && down.cause() != null) {
                        told.complete(down.cause());
                      }
                    })
                .build()) {
      device.connect();
      quoted(told.get(30, SECONDS));
    }
  }

  private static Script accepted(Step step) {
    return wire -> {
      wire.expectConnect();
      wire.connack();
      step.run(wire);
      wire.readUntilClosed();
    };
  }

  private interface Step {
    void run(Wire wire) throws IOException, InterruptedException;
  }

  private static SecureMqttClient device(ScriptedBroker broker) {
    return builder(broker).build();
  }

  private static ClientBuilder builder(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity()).dangerous().anonymous();
  }

  private static MooringException quoted(CompletionStage<?> stage) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> stage.toCompletableFuture().get(30, SECONDS));
    MooringException refusal = assertInstanceOf(MooringException.class, failed.getCause());
    quoted(refusal);
    return refusal;
  }

  private static void quoted(MooringException refusal) {
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("the broker says \"no?[2J??mooring: all is well?xxx"), message);
    assertTrue(message.length() < 600, message);
    assertFalse(message.chars().anyMatch(Character::isISOControl), message);
    assertEquals(-1, message.indexOf('\u202e'), message);
  }
}
