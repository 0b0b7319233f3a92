package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.Qos;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.UserProperty;
import io.mooring.error.ErrorCode;
import io.mooring.error.SubscribeException;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperties;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.ScriptedBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What SUBSCRIBE tells the broker beside the filter, and SUBACK the application. */
@Timeout(60)
class SubscribePropertiesTest {
  private static final SubscribeOptions LABELLED =
      SubscribeOptions.DEFAULT.withUserProperty("site", "7").withUserProperty("site", "8");

  private static SecureMqttClient device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .reconnect(Reconnect.DEFAULT.withBackOff(Duration.ofMillis(10), Duration.ofMillis(100)))
        .dangerous()
        .anonymous()
        .build();
  }

  private static List<String> properties(MqttPacket packet) {
    MqttPacket.Subscribe subscribe = assertInstanceOf(MqttPacket.Subscribe.class, packet);
    return subscribe.properties().user().stream()
        .map(pair -> pair.name() + "=" + pair.value())
        .toList();
  }

  @Test
  void userProperties_goOutWithEachSubscribe() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.suback(wire.expectSubscribe().packetId(), 1);
                      wire.closeNotify();
                    })
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack(); // Session Present 0: asked for again
                      wire.serve();
                    })
                .start();
        SecureMqttClient device = device(broker)) {
      device.connect();
      device.subscribe("a", LABELLED, message -> {}).toCompletableFuture().get(10, SECONDS);
      device.publish("last", "1").delivered().toCompletableFuture().get(10, SECONDS);
      assertEquals(
          List.of(List.of("site=7", "site=8"), List.of("site=7", "site=8")),
          broker.awaitReceived(MqttType.SUBSCRIBE, 2).stream()
              .map(SubscribePropertiesTest::properties)
              .toList());
    }
  }

  @Test
  void suback_saysWhatTheBrokerAdded() throws Exception {
    MqttProperties saying =
        MqttProperties.NONE
            .with(MqttProperty.REASON_STRING, "QoS 2 is off here")
            .withUser("zone", "b");
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.send(
                          new MqttPacket.Suback(
                              wire.expectSubscribe().packetId(), saying, List.of(1)));
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient device = device(broker)) {
      device.connect();
      SubscribeReceipt receipt =
          device.subscribe("a", message -> {}).toCompletableFuture().get(10, SECONDS);
      assertEquals(
          new SubscribeReceipt(
              "a", Qos.AT_LEAST_ONCE, "QoS 2 is off here", List.of(new UserProperty("zone", "b"))),
          receipt);
    }
  }

  @Test
  void overTheBrokersMaximumPacketSize_isRefusedAndNothingIsSent() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack(
                          false,
                          0,
                          MqttProperties.NONE.with(MqttProperty.MAXIMUM_PACKET_SIZE, 100L));
                      wire.serve();
                    })
                .start();
        SecureMqttClient device = device(broker)) {
      device.connect();
      CompletableFuture<SubscribeReceipt> asked =
          device
              .subscribe("a", LABELLED.withUserProperty("why", "x".repeat(100)), message -> {})
              .toCompletableFuture();
      ExecutionException failed =
          assertThrows(ExecutionException.class, () -> asked.get(10, SECONDS));
      SubscribeException refused = assertInstanceOf(SubscribeException.class, failed.getCause());
      assertEquals(ErrorCode.MESSAGE_TOO_LARGE, refused.code());
      device.publish("last", "1").delivered().toCompletableFuture().get(10, SECONDS);
      assertEquals(
          List.of(MqttType.CONNECT, MqttType.PUBLISH),
          broker.received().stream().map(MqttPacket::type).toList());
    }
  }
}
