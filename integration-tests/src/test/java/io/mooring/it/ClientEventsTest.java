package io.mooring.it;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.PinMismatchException;
import io.mooring.error.PublishRefusedException;
import io.mooring.error.SubscribeRefusedException;
import io.mooring.identity.Secret;
import io.mooring.outbox.Outbox;
import io.mooring.telemetry.ClientEvent;
import io.mooring.telemetry.ConnectionPhase;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client tells of itself while it lives: typed events, and flight recordings. */
@Timeout(60)
class ClientEventsTest {
  private final EventLog events = new EventLog();

  private ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
        .events(events);
  }

  @Test
  void connect_tellsThePhasesAndWhatTheyTook() throws Exception {
    try (ScriptedBroker broker = accepting();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      ClientEvent.Connected connected = events.first(ClientEvent.Connected.class);
      assertEquals("meter-0042#1", connected.attempt());
      assertEquals(
          List.of(
              ConnectionPhase.DNS,
              ConnectionPhase.PREPARATION,
              ConnectionPhase.TCP,
              ConnectionPhase.TLS,
              ConnectionPhase.PATH_CHECK,
              ConnectionPhase.AUTHENTICATION,
              ConnectionPhase.CONNACK),
          List.copyOf(connected.times().phases().keySet()));
      assertTrue(connected.times().of(ConnectionPhase.PATH_CHECK).toNanos() > 0);
      for (Duration part : connected.times().phases().values()) {
        assertTrue(part.compareTo(connected.times().total()) <= 0, connected.times()::toString);
      }
      client.disconnect();
      assertNull(events.first(ClientEvent.ConnectionEnded.class).cause());
    }
  }

  @Test
  void wrongPin_failsInThePathCheck_withTheCause() throws Exception {
    try (ScriptedBroker broker = accepting();
        SecureMqttClient client =
            device(broker)
                .tls(
                    TlsPolicy.trusting(List.of(broker.identity().root()))
                        .pinned(
                            PinSet.of(
                                Devices.BACKUP, SpkiPin.parse("sha256/" + "B".repeat(42) + "A="))))
                .build()) {
      assertThrows(PinMismatchException.class, client::connect);
      ClientEvent.AttemptFailed failed = events.first(ClientEvent.AttemptFailed.class);
      assertInstanceOf(PinMismatchException.class, failed.cause());
      assertTrue(failed.times().phases().containsKey(ConnectionPhase.PATH_CHECK));
      assertEquals(ConnectionPhase.PATH_CHECK, failed.during());
      assertFalse(failed.times().phases().containsKey(ConnectionPhase.CONNACK));
    }
  }

  @Test
  void lostConnection_tellsLossRetryAndTheNextAttempt() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.closeAbruptly();
                    })
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            device(broker)
                .reconnect(
                    Reconnect.DEFAULT.withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1)))
                .build()) {
      client.start();
      ClientEvent.ConnectionEnded ended = events.first(ClientEvent.ConnectionEnded.class);
      assertEquals("meter-0042#1", ended.attempt());
      assertEquals(1, events.first(ClientEvent.Retrying.class).failures());
      await().until(() -> client.state() instanceof ConnectionState.Connected);
      await().until(() -> events.of(ClientEvent.Connected.class).size() == 2);
      assertEquals("meter-0042#2", events.of(ClientEvent.Connected.class).get(1).attempt());
    }
  }

  @Test
  void refusals_areToldWithTheirReason() throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.suback(wire.expectSubscribe().packetId(), 0x87);
                      wire.send(MqttPackets.puback(wire.expectPublish().packetId(), 0x87));
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      client.subscribe("command/1", message -> {});
      ClientEvent.SubscribeRefused subscribe = events.first(ClientEvent.SubscribeRefused.class);
      assertInstanceOf(SubscribeRefusedException.class, subscribe.cause());
      client.publish(Message.to("t/1").qos(Qos.AT_LEAST_ONCE).payload("secret").build());
      ClientEvent.PublishFailed publish = events.first(ClientEvent.PublishFailed.class);
      assertEquals("t/1", publish.topic());
      assertInstanceOf(PublishRefusedException.class, publish.cause());
      assertEquals("meter-0042#1", publish.attempt());
    }
  }

  @Test
  void messagesLeftInFlight_areToldWhenTheyGoOutAgain(@TempDir Path folder) throws Exception {
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.expectPublish();
                      wire.closeAbruptly();
                    })
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      wire.puback(wire.expectPublish().packetId());
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            device(broker)
                .outbox(Outbox.in(folder.resolve("outbox")))
                .reconnect(
                    Reconnect.DEFAULT.withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1)))
                .build()) {
      client.start();
      client.publish(Message.to("t/1").payload("x").build());
      ClientEvent.Resending resending = events.first(ClientEvent.Resending.class);
      assertEquals(1, resending.messages());
      assertFalse(resending.sessionPresent());
      assertEquals(0, events.first(ClientEvent.OutboxOpened.class).recovery().messages());
    }
  }

  @Test
  void slowListener_losesEvents_andIsToldHowMany() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    EventLog slow = new EventLog();
    int refused = 400;
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.connack();
                      for (int i = 0; i < refused; i++) {
                        wire.send(MqttPackets.puback(wire.expectPublish().packetId(), 0x87));
                      }
                      wire.readUntilClosed();
                    })
                .start();
        SecureMqttClient client =
            device(broker)
                .events(
                    event -> {
                      try {
                        go.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                      slow.happened(event);
                    })
                .build()) {
      client.connect();
      List<CompletableFuture<PublishReceipt>> told = new ArrayList<>();
      for (int i = 0; i < refused; i++) {
        Message message = Message.to("t/" + i).payload("x").build();
        told.add(client.publish(message).delivered().toCompletableFuture());
      }
      // Not the other listener's events: on a busy machine that one may miss some as well.
      told.forEach(each -> assertThrows(ExecutionException.class, () -> each.get(10, SECONDS)));
      go.countDown();
      client.close();
    }
    // The end of the connection may come before there is room again, and is missed then too.
    await()
        .untilAsserted(
            () ->
                assertEquals(
                    refused + 1,
                    slow.of(ClientEvent.EventsMissed.class).stream()
                            .mapToLong(ClientEvent.EventsMissed::count)
                            .sum()
                        + slow.of(ClientEvent.PublishFailed.class).size()
                        + slow.of(ClientEvent.ConnectionEnded.class).size()));
    assertFalse(slow.of(ClientEvent.EventsMissed.class).isEmpty());
  }

  @Test
  void flightRecording_holdsEveryPhaseOfASlowConnect(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("field.jfr");
    try (Recording recording = new Recording();
        ScriptedBroker broker =
            ScriptedBroker.builder()
                .onConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.awaitCue("late");
                      wire.connack();
                      wire.readUntilClosed();
                    })
                .start()) {
      recording.start();
      try (SecureMqttClient client = device(broker).build()) {
        var connected = client.connectAsync().toCompletableFuture();
        broker.awaitReceived(MqttType.CONNECT, 1);
        CompletableFuture.delayedExecutor(300, MILLISECONDS).execute(() -> broker.cue("late"));
        connected.get();
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> recorded = RecordingFile.readAllEvents(file);
    Map<String, Long> millis =
        recorded.stream()
            .filter(event -> event.getEventType().getName().equals("io.mooring.ConnectionPhase"))
            .filter(event -> "meter-0042#1".equals(event.getString("attempt")))
            .collect(
                Collectors.toMap(
                    event -> event.getString("phase"),
                    event -> event.getDuration().toMillis(),
                    Math::max));
    for (ConnectionPhase phase : ConnectionPhase.values()) {
      assertTrue(millis.containsKey(phase.name()), () -> phase + " is not in " + millis);
    }
    assertTrue(millis.get("CONNACK") >= 250, () -> "the slow phase does not show: " + millis);
    assertEquals(
        1,
        recorded.stream()
            .filter(event -> event.getEventType().getName().equals("io.mooring.ConnectionAttempt"))
            .count());
  }

  private static ScriptedBroker accepting() throws Exception {
    return ScriptedBroker.builder()
        .onEveryConnection(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.readUntilClosed();
            })
        .start();
  }
}
