package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionListener;
import io.mooring.ConnectionState;
import io.mooring.InboundCounters;
import io.mooring.Message;
import io.mooring.MessageHandler;
import io.mooring.Qos;
import io.mooring.RateLimit;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.Overflow;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.ConnectionLostException;
import io.mooring.identity.Secret;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.MqttType;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One subscription's flood, slowness or failure stays its own. */
@Timeout(60)
class FloodDefenceTest {
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final MessageHandler hanging =
      message -> {
        begun.countDown();
        released.await();
      };
  private final BlockingQueue<ConnectionState> states = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> drops = new LinkedBlockingQueue<>();

  @AfterEach
  void releaseHandlers() {
    released.countDown();
  }

  private ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
        .listener(
            new ConnectionListener() {
              @Override
              public void stateChanged(ConnectionState state) {
                states.add(state);
              }

              @Override
              public void messagesDropped(String filter, long count) {
                drops.add(filter + " " + count);
              }
            });
  }

  /** Grants every SUBSCRIBE, sends once the cue comes, then serves. */
  private static ScriptedBroker broker(int subscriptions, Script flood) throws IOException {
    return ScriptedBroker.builder()
        .onConnection(
            wire -> {
              wire.expectConnect();
              wire.connack();
              for (int i = 0; i < subscriptions; i++) {
                wire.suback(wire.expectSubscribe().packetId(), 2);
              }
              flood.run(wire);
              wire.serve();
            })
        .start();
  }

  private static void subscribe(
      SecureMqttClient client, String filter, SubscribeOptions options, MessageHandler handler)
      throws Exception {
    client.subscribe(filter, options, handler).toCompletableFuture().get(10, SECONDS);
  }

  private static SubscribeOptions drop(Overflow overflow, int messages) {
    return SubscribeOptions.DEFAULT.withOverflow(overflow).withQueue(messages, 1024 * 1024);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> acknowledgements(List<MqttPacket> packets) {
    return packets.stream()
        .map(packet -> assertInstanceOf(MqttPacket.Ack.class, packet))
        .map(ack -> "%d 0x%02X".formatted(ack.packetId(), ack.reasonCode()))
        .toList();
  }

  @Test
  void handlerThatHangs_delaysNoAcknowledgementHandlerOrPublishOfOthers() throws Exception {
    Inbox fast = new Inbox();
    try (ScriptedBroker broker =
            broker(
                2,
                wire -> {
                  wire.publish("slow", text("1"), 1, 1);
                  wire.publish("slow", text("2"), 1, 2);
                  wire.publish("fast", text("3"), 1, 3);
                  wire.publish("fast", text("4"), 1, 4);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(client, "slow", SubscribeOptions.DEFAULT, hanging);
      subscribe(client, "fast", SubscribeOptions.DEFAULT, fast);
      assertEquals("3", fast.next().payloadText());
      assertEquals("4", fast.next().payloadText());
      assertEquals(
          List.of("3 0x00", "4 0x00"), acknowledgements(broker.awaitReceived(MqttType.PUBACK, 2)));
      client.publishAndWait(Message.of("a", "b"), Duration.ofSeconds(10));
      assertEquals(
          new InboundCounters(2, 0, 0, 0, 0, 0, 0, 2),
          client.counters().subscriptions().get("slow"));
      released.countDown();
      assertEquals(
          List.of("3 0x00", "4 0x00", "1 0x00", "2 0x00"),
          acknowledgements(broker.awaitReceived(MqttType.PUBACK, 4)));
    }
  }

  @Test
  void strictAcknowledgementOrder_keepsTheOrderOfTheWholeConnection() throws Exception {
    Inbox fast = new Inbox();
    try (ScriptedBroker broker =
            broker(
                2,
                wire -> {
                  wire.publish("slow", text("1"), 1, 1);
                  wire.publish("fast", text("2"), 1, 2);
                });
        SecureMqttClient client = device(broker).strictAcknowledgementOrder(true).build()) {
      client.connect();
      subscribe(client, "slow", SubscribeOptions.DEFAULT, hanging);
      subscribe(client, "fast", SubscribeOptions.DEFAULT, fast);
      fast.next();
      client.publishAndWait(Message.of("a", "b"), Duration.ofSeconds(10));
      assertEquals(List.of(), broker.received(MqttType.PUBACK));
      released.countDown();
      assertEquals(
          List.of("1 0x00", "2 0x00"), acknowledgements(broker.awaitReceived(MqttType.PUBACK, 2)));
    }
  }

  @Test
  void droppingHandlerThatHangs_usesUpNeitherReceiveMaximumNorTheInboundQueue() throws Exception {
    int flood = 2_000;
    Inbox calm = new Inbox();
    try (ScriptedBroker broker =
            broker(
                2,
                wire -> {
                  ByteArrayOutputStream all = new ByteArrayOutputStream();
                  for (int i = 1; i <= flood; i++) {
                    all.writeBytes(MqttPackets.publish("flood", new byte[100], 1, i));
                  }
                  wire.send(all.toByteArray());
                  wire.publish("calm", text("still here"), 1, flood + 1);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(
          client, "flood", SubscribeOptions.DEFAULT.withOverflow(Overflow.DROP_OLDEST), hanging);
      subscribe(client, "calm", SubscribeOptions.DEFAULT, calm);
      assertEquals("still here", calm.next().payloadText());
      broker.awaitReceived(MqttType.PUBACK, flood + 1);
      InboundCounters counters = client.counters().subscriptions().get("flood");
      assertEquals(new InboundCounters(flood, 0, 0, flood - 128, 0, 0, 0, 128), counters);
      assertEquals(0, client.counters().readingPauses());
      assertEquals("flood 1", drops.poll(10, SECONDS));
    }
    assertEquals("flood " + (flood - 129), drops.poll(10, SECONDS));
  }

  @Test
  void dropNewest_answers0x97ToWhatItNeverTook_butNotInPubrec() throws Exception {
    try (ScriptedBroker broker =
            broker(
                1,
                wire -> {
                  wire.publish("a", text("1"), 1, 1);
                  wire.publish("a", text("2"), 1, 2);
                  wire.publish("a", text("3"), 2, 3);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(client, "a", drop(Overflow.DROP_NEWEST, 1).withQos(Qos.EXACTLY_ONCE), hanging);
      assertEquals(
          List.of("1 0x00", "2 0x97"), acknowledgements(broker.awaitReceived(MqttType.PUBACK, 2)));
      assertEquals(List.of("3 0x00"), acknowledgements(broker.awaitReceived(MqttType.PUBREC, 1)));
    }
  }

  @Test
  void latestOnly_handlesTheLastValueOfEachTopic() throws Exception {
    Inbox inbox = new Inbox();
    CountDownLatch handling = new CountDownLatch(1);
    try (ScriptedBroker broker =
            broker(
                1,
                wire -> {
                  wire.publish("v/x", text("first"));
                  wire.awaitCue("handling");
                  for (int i = 0; i < 100; i++) {
                    wire.publish("v/a", text("a" + i));
                    wire.publish("v/b", text("b" + i));
                  }
                  wire.publish("end", text("end"), 1, 1);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(
          client,
          "v/+",
          SubscribeOptions.DEFAULT.withOverflow(Overflow.LATEST_ONLY),
          message -> {
            handling.countDown();
            released.await();
            inbox.onMessage(message);
          });
      assertTrue(handling.await(10, SECONDS));
      broker.cue("handling");
      broker.awaitReceived(MqttType.PUBACK, 1); // unsolicited, and behind all the others
      released.countDown();
      assertEquals("first", inbox.next().payloadText());
      assertEquals("a99", inbox.next().payloadText());
      assertEquals("b99", inbox.next().payloadText());
      assertEquals(198, client.counters().inbound().dropped());
    }
  }

  @Test
  void rateLimit_spacesTheHandlersCalls() throws Exception {
    BlockingQueue<Long> calls = new LinkedBlockingQueue<>();
    try (ScriptedBroker broker =
            broker(
                1,
                wire -> {
                  for (int i = 0; i < 6; i++) {
                    wire.publish("a", text("" + i));
                  }
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(
          client,
          "a",
          SubscribeOptions.DEFAULT.withRateLimit(RateLimit.perSecond(20).withBurst(2)),
          message -> calls.add(System.nanoTime()));
      long first = next(calls);
      long last = first;
      for (int i = 1; i < 6; i++) {
        last = next(calls);
      }
      long millis = (last - first) / 1_000_000;
      assertTrue(millis >= 190, "6 calls, 2 of them at once, within " + millis + " ms");
    }
  }

  private static long next(BlockingQueue<Long> calls) throws InterruptedException {
    Long next = calls.poll(10, SECONDS);
    assertNotNull(next, "no call within 10 s");
    return next;
  }

  @Test
  void handlerThatThrows_isCountedAndHarmsNoOther() throws Exception {
    Inbox good = new Inbox();
    try (ScriptedBroker broker =
            broker(
                2,
                wire -> {
                  wire.publish("bad", text("1"), 1, 1);
                  wire.publish("bad", text("2"), 1, 2);
                  wire.publish("good", text("3"), 1, 3);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(
          client,
          "bad",
          SubscribeOptions.DEFAULT,
          message -> {
            if (message.payloadText().equals("1")) {
              throw new IllegalStateException("a fault in the application");
            }
            throw new LinkageError("a class of the application is missing");
          });
      subscribe(client, "good", SubscribeOptions.DEFAULT, good);
      good.next();
      List<String> sent = acknowledgements(broker.awaitReceived(MqttType.PUBACK, 3));
      assertEquals(List.of("1 0x83", "2 0x83", "3 0x00"), sent.stream().sorted().toList());
      awaitNothingWaits(client);
      assertEquals(new InboundCounters(3, 1, 2, 0, 0, 0, 0, 0), client.counters().inbound());
    }
  }

  private static void awaitNothingWaits(SecureMqttClient client) {
    while (client.counters().inbound().waiting() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void unsubscribe_whatWaitsIsAcknowledgedAndCountedAsEnded() throws Exception {
    try (ScriptedBroker broker =
            broker(
                1,
                wire -> {
                  wire.publish("a", text("1"), 1, 1);
                  wire.publish("a", text("2"), 1, 2);
                  wire.publish("b", text("3"), 1, 3);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(client, "a", SubscribeOptions.DEFAULT, hanging);
      broker.awaitReceived(MqttType.PUBACK, 1); // of the one that nobody asked for
      assertTrue(begun.await(10, SECONDS)); // what a handler has begun stays with it
      client.unsubscribe("a").toCompletableFuture().get(10, SECONDS);
      released.countDown();
      assertEquals(
          List.of("3 0x00", "1 0x00", "2 0x00"),
          acknowledgements(broker.awaitReceived(MqttType.PUBACK, 3)));
      awaitNothingWaits(client);
      assertEquals(new InboundCounters(3, 1, 0, 0, 1, 1, 0, 0), client.counters().inbound());
    }
  }

  @Test
  void replacedSubscription_itsWaitingMessagesGoToTheNewHandler() throws Exception {
    Inbox inbox = new Inbox();
    try (ScriptedBroker broker =
            broker(
                1,
                wire -> {
                  wire.publish("a", text("1"), 1, 1);
                  wire.publish("a", text("2"), 1, 2);
                  wire.publish("b", text("3"), 1, 3);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(client, "a", SubscribeOptions.DEFAULT, hanging);
      broker.awaitReceived(MqttType.PUBACK, 1);
      assertTrue(begun.await(10, SECONDS));
      client.subscribe("a", inbox);
      assertEquals("2", inbox.next().payloadText());
      released.countDown();
      List<String> sent = acknowledgements(broker.awaitReceived(MqttType.PUBACK, 3));
      assertEquals(List.of("1 0x00", "2 0x00", "3 0x00"), sent.stream().sorted().toList());
    }
  }

  @Test
  void overlappingSubscriptions_acknowledgeOnceBothAreDone() throws Exception {
    Inbox wide = new Inbox();
    try (ScriptedBroker broker =
            broker(
                2,
                wire -> {
                  wire.publish("p/1", text("both"), 1, 1);
                  wire.publish("p/2", text("wide"), 1, 2);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(client, "p/1", SubscribeOptions.DEFAULT, hanging);
      subscribe(client, "p/+", SubscribeOptions.DEFAULT, wide);
      assertEquals("both", wide.next().payloadText());
      assertEquals("wide", wide.next().payloadText());
      assertEquals(List.of("2 0x00"), acknowledgements(broker.awaitReceived(MqttType.PUBACK, 1)));
      released.countDown();
      assertEquals(
          List.of("2 0x00", "1 0x00"), acknowledgements(broker.awaitReceived(MqttType.PUBACK, 2)));
      awaitNothingWaits(client);
      assertEquals(new InboundCounters(3, 3, 0, 0, 0, 0, 0, 0), client.counters().inbound());
    }
  }

  @Test
  void readingPaused_brokerThatAnswersPings_isKept() throws Exception {
    try (ScriptedBroker broker = broker(1, FloodDefenceTest::sendMoreThanTheQueue);
        SecureMqttClient client = paused(broker)) {
      broker.awaitReceived(MqttType.PINGREQ, 4);
      assertEquals(1, client.counters().readingPauses());
      assertInstanceOf(ConnectionState.Connected.class, client.state());
      assertEquals(1, broker.accepted());
      released.countDown();
      awaitNothingWaits(client);
      assertEquals(3, client.counters().inbound().handled());
    }
  }

  @Test
  void readingPaused_brokerThatFallsSilent_isFoundOut() throws Exception {
    try (ScriptedBroker broker =
            broker(
                1,
                wire -> {
                  sendMoreThanTheQueue(wire);
                  wire.stall();
                });
        SecureMqttClient client = paused(broker)) {
      ConnectionState last = states.poll(10, SECONDS);
      while (last instanceof ConnectionState.Connecting
          || last instanceof ConnectionState.Connected) {
        last = states.poll(10, SECONDS);
      }
      ConnectionState.Disconnected lost =
          assertInstanceOf(ConnectionState.Disconnected.class, last);
      assertInstanceOf(ConnectionLostException.class, lost.cause());
      assertEquals(1, client.counters().readingPauses());
    }
  }

  private static void sendMoreThanTheQueue(Wire wire) throws IOException {
    for (int i = 1; i <= 3; i++) {
      wire.publish("a", text("" + i));
    }
  }

  private SecureMqttClient paused(ScriptedBroker broker) throws Exception {
    SecureMqttClient client =
        device(broker).keepAlive(Duration.ofSeconds(1)).inboundQueue(2, 1024).build();
    client.connect();
    subscribe(client, "a", SubscribeOptions.DEFAULT, hanging);
    return client;
  }

  @Test
  void manualAcknowledgement_anyThread_inTheOrderOfItsSubscription() throws Exception {
    Inbox inbox = new Inbox();
    try (ScriptedBroker broker =
            broker(
                1,
                wire -> {
                  wire.publish("a", text("1"), 1, 1);
                  wire.publish("a", text("2"), 1, 2);
                });
        SecureMqttClient client = device(broker).build()) {
      client.connect();
      subscribe(client, "a", SubscribeOptions.DEFAULT.withManualAcknowledgement(true), inbox);
      var first = inbox.next();
      var second = inbox.next();
      CompletableFuture.runAsync(second::acknowledge).get(10, SECONDS);
      client.publishAndWait(Message.of("a", "b"), Duration.ofSeconds(10));
      assertEquals(List.of(), broker.received(MqttType.PUBACK));
      first.acknowledge();
      assertEquals(
          List.of("1 0x00", "2 0x00"), acknowledgements(broker.awaitReceived(MqttType.PUBACK, 2)));
      assertEquals(new InboundCounters(2, 2, 0, 0, 0, 0, 0, 0), client.counters().inbound());
    }
  }
}
