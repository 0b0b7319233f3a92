package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.ConnectionState;
import io.mooring.InboundCounters;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.ReceivedMessage;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.Will;
import io.mooring.error.BrokerRefusalException;
import io.mooring.testkit.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a device does all day, against a broker that we did not write. */
@Timeout(60)
abstract class RealBrokerContract {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A device that is let in and may use {@link #base}. */
  abstract ClientBuilder device(String clientId, int port);

  /** A device with a credential that the broker does not know. */
  abstract ClientBuilder stranger(String clientId);

  abstract int port();

  /** A topic, of its own for each call, that {@code clientId} and {@link #peer} may both use. */
  abstract String topic(String clientId);

  /** A client that sees the device's topics from outside. */
  ClientBuilder peer(String clientId) {
    return device(clientId, port());
  }

  @ParameterizedTest
  @EnumSource
  void message_everyQosBothWays_arrives(Qos qos) throws Exception {
    String topic = topic("meter-1");
    Inbox inbox = new Inbox();
    try (SecureMqttClient device = device("meter-1", port()).build();
        SecureMqttClient peer = peer("peer-1").build()) {
      device.connect();
      peer.connect();
      get(peer.subscribe(topic, SubscribeOptions.DEFAULT.withQos(qos), inbox));
      get(device.subscribe(topic + "/down", SubscribeOptions.DEFAULT.withQos(qos), inbox));

      PublishReceipt receipt =
          device.publishAndWait(
              Message.to(topic)
                  .payload("21.5")
                  .qos(qos)
                  .contentType("text/plain")
                  .responseTopic(topic + "/down")
                  .correlationData(new byte[] {1, 2, 3})
                  .userProperty("unit", "C")
                  .userProperty("unit", "K")
                  .build(),
              PATIENCE);
      ReceivedMessage up = inbox.next();
      peer.publishAndWait(Message.to(topic + "/down").payload("ok").qos(qos).build(), PATIENCE);
      ReceivedMessage down = inbox.next();

      assertFalse(receipt.reason().isError());
      assertEquals("21.5", up.payloadText());
      assertEquals(qos, up.message().qos());
      assertTrue(up.message().utf8Payload());
      assertEquals("text/plain", up.message().contentType());
      assertEquals(topic + "/down", up.message().responseTopic());
      byte[] correlation = up.message().correlationData();
      assertNotNull(correlation);
      assertEquals(3, correlation.length);
      assertEquals(2, up.message().userProperties().size());
      assertEquals("ok", down.payloadText());
    }
  }

  @ParameterizedTest
  @EnumSource
  void messages_aThousandOfThem_arriveInOrderAndOnce(Qos qos) throws Exception {
    String topic = topic("meter-2");
    Inbox inbox = new Inbox();
    try (SecureMqttClient device = device("meter-2", port()).build();
        SecureMqttClient peer = peer("peer-2").build()) {
      device.connect();
      peer.connect();
      get(peer.subscribe(topic, SubscribeOptions.DEFAULT.withQos(qos), inbox));
      List<CompletableFuture<PublishReceipt>> receipts = new ArrayList<>();
      // QoS 0 is paced: a broker may drop what a slow machine does not take.
      for (int i = 0; i < 1000; i++) {
        receipts.add(
            device
                .publish(Message.to(topic).payload(Integer.toString(i)).qos(qos).build())
                .delivered()
                .toCompletableFuture());
        if (qos == Qos.AT_MOST_ONCE && i % 50 == 49) {
          for (int j = i - 49; j <= i; j++) {
            assertEquals(Integer.toString(j), inbox.next().payloadText());
          }
        }
      }
      for (CompletableFuture<PublishReceipt> receipt : receipts) {
        receipt.get(20, SECONDS);
      }
      if (qos != Qos.AT_MOST_ONCE) {
        for (int i = 0; i < 1000; i++) {
          assertEquals(Integer.toString(i), inbox.next().payloadText());
        }
      }
      assertEquals(0, inbox.size());
    }
  }

  @Test
  void will_linkIsCut_isPublishedByTheBroker() throws Exception {
    String topic = topic("meter-3");
    Inbox inbox = new Inbox();
    try (FaultProxy proxy = FaultProxy.to(port());
        SecureMqttClient peer = peer("peer-3").build();
        SecureMqttClient device =
            device("meter-3", proxy.port())
                .sessionExpiry(Duration.ZERO)
                .will(Will.of(Message.of(topic, "gone")))
                .build()) {
      peer.connect();
      get(peer.subscribe(topic, inbox));
      device.connect();

      proxy.reset();

      assertEquals("gone", inbox.next().payloadText());
    }
  }

  @Test
  void retained_lateSubscriber_getsIt() throws Exception {
    String topic = topic("meter-4");
    Inbox inbox = new Inbox();
    try (SecureMqttClient device = device("meter-4", port()).build();
        SecureMqttClient peer = peer("peer-4").build()) {
      device.connect();
      device.publishAndWait(Message.to(topic).payload("kept").retain(true).build(), PATIENCE);
      peer.connect();
      get(peer.subscribe(topic, inbox));

      ReceivedMessage retained = inbox.next();

      assertEquals("kept", retained.payloadText());
      assertTrue(retained.message().retain());
      device.publishAndWait(Message.to(topic).retain(true).build(), PATIENCE);
    }
  }

  @Test
  void expiry_messageWaitsAtTheBroker_carriesWhatIsLeft() throws Exception {
    String topic = topic("meter-5");
    Inbox inbox = new Inbox();
    try (SecureMqttClient device = device("meter-5", port()).build();
        SecureMqttClient peer = peer("peer-5").build()) {
      device.connect();
      peer.connect();
      get(peer.subscribe(topic, inbox));
      device.publishAndWait(
          Message.to(topic).payload("x").expiry(Duration.ofSeconds(100)).build(), PATIENCE);

      Duration left = inbox.next().message().expiry();

      assertNotNull(left);
      assertTrue(left.toSeconds() > 0 && left.toSeconds() <= 100, left::toString);
    }
  }

  @Test
  void sharedSubscription_twoMembers_eachMessageOnce() throws Exception {
    String topic = topic("meter-6");
    Inbox inbox = new Inbox();
    try (SecureMqttClient device = device("meter-6", port()).build();
        SecureMqttClient one = peer("peer-6a").build();
        SecureMqttClient two = peer("peer-6b").build()) {
      device.connect();
      one.connect();
      two.connect();
      get(one.subscribe("$share/group/" + topic, inbox));
      get(two.subscribe("$share/group/" + topic, inbox));
      for (int i = 0; i < 20; i++) {
        device.publishAndWait(Message.of(topic, "m" + i), PATIENCE);
      }
      for (int i = 0; i < 20; i++) {
        inbox.next();
      }
      assertEquals(0, inbox.size());
    }
  }

  @Test
  void linkIsResetAgainAndAgain_clientGoesOnByItself_andQos2ArrivesOnceAndInOrder()
      throws Exception {
    String topic = topic("meter-18");
    Inbox inbox = new Inbox();
    States states = new States();
    try (FaultProxy proxy = FaultProxy.to(port());
        SecureMqttClient peer = peer("peer-18").build();
        SecureMqttClient device =
            device("meter-18", proxy.port())
                .reconnect(
                    Reconnect.DEFAULT.withBackOff(Duration.ofMillis(50), Duration.ofMillis(500)))
                .listener(states)
                .build()) {
      peer.connect();
      get(peer.subscribe(topic, SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE), inbox));
      device.start();
      List<CompletionStage<PublishReceipt>> receipts = new ArrayList<>();
      for (int round = 0; round < 5; round++) {
        states.next(ConnectionState.Connected.class);
        for (int i = 0; i < 20; i++) {
          String number = Integer.toString(receipts.size());
          receipts.add(
              device
                  .publish(Message.to(topic).payload(number).qos(Qos.EXACTLY_ONCE).build())
                  .delivered());
        }
        proxy.reset();
        states.next(ConnectionState.Waiting.class);
      }
      for (CompletionStage<PublishReceipt> receipt : receipts) {
        receipt.toCompletableFuture().get(40, SECONDS);
      }
      for (int i = 0; i < receipts.size(); i++) {
        assertEquals(Integer.toString(i), inbox.next().payloadText());
      }
      assertEquals(0, inbox.size());
    }
  }

  @Test
  void session_linkIsCut_isResumedAndNothingIsLost() throws Exception {
    String topic = topic("meter-7");
    Inbox inbox = new Inbox();
    CountDownLatch lost = new CountDownLatch(1);
    try (FaultProxy proxy = FaultProxy.to(port());
        SecureMqttClient peer = peer("peer-7").build();
        SecureMqttClient device =
            device("meter-7", proxy.port())
                .cleanStart(true)
                .listener(
                    state -> {
                      if (state instanceof ConnectionState.Disconnected) {
                        lost.countDown();
                      }
                    })
                .build()) {
      peer.connect();
      device.connect();
      get(
          device.subscribe(
              topic + "/down", SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE), inbox));
      get(peer.subscribe(topic + "/up", inbox));
      proxy.reset();
      assertTrue(lost.await(10, SECONDS));
      for (int i = 0; i < 10; i++) {
        peer.publishAndWait(
            Message.to(topic + "/down").payload("m" + i).qos(Qos.EXACTLY_ONCE).build(), PATIENCE);
      }
      CompletionStage<PublishReceipt> offline =
          device.publish(topic + "/up", "while away").delivered();

      assertTrue(device.connect().sessionPresent());

      get(offline);
      List<String> arrived =
          IntStream.range(0, 11)
              .mapToObj(
                  i -> {
                    try {
                      return inbox.next().payloadText();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  })
              .sorted()
              .toList();
      assertEquals(
          List.of("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "while away"),
          arrived);
    }
  }

  @Test
  void manualAcknowledgement_notGiven_messageComesAgain() throws Exception {
    String topic = topic("meter-8");
    Inbox inbox = new Inbox();
    try (SecureMqttClient peer = peer("peer-8").build();
        SecureMqttClient device = device("meter-8", port()).cleanStart(true).build()) {
      peer.connect();
      device.connect();
      get(device.subscribe(topic, SubscribeOptions.DEFAULT.withManualAcknowledgement(true), inbox));
      peer.publishAndWait(Message.of(topic, "once more"), PATIENCE);
      assertEquals("once more", inbox.next().payloadText());

      get(device.disconnect());
      device.connect();

      ReceivedMessage again = inbox.next();
      assertEquals("once more", again.payloadText());
      assertTrue(again.duplicate());
      again.acknowledge();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
  void messageDroppedByPolicy_isNeverSentAgain_andTheNextOnesCome(Qos qos) throws Exception {
    String topic = topic("meter-12");
    Inbox inbox = new Inbox();
    CountDownLatch handling = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    SubscribeOptions dropping =
        SubscribeOptions.DEFAULT
            .withQos(qos)
            .withOverflow(SubscribeOptions.Overflow.DROP_NEWEST)
            .withQueue(1, 1024);
    try (SecureMqttClient peer = peer("peer-12").build();
        SecureMqttClient device = device("meter-12", port()).cleanStart(true).build()) {
      peer.connect();
      device.connect();
      get(
          device.subscribe(
              topic,
              dropping,
              message -> {
                handling.countDown();
                assertTrue(released.await(20, SECONDS));
                inbox.onMessage(message);
              }));
      peer.publishAndWait(Message.to(topic).payload("first").qos(qos).build(), PATIENCE);
      assertTrue(handling.await(20, SECONDS));
      for (int i = 1; i <= 3; i++) {
        peer.publishAndWait(Message.to(topic).payload("" + i).qos(qos).build(), PATIENCE);
      }
      awaitInbound(device, counters -> counters.dropped() == 3);
      released.countDown();
      assertEquals("first", inbox.next().payloadText());
      awaitInbound(device, counters -> counters.waiting() == 0);

      get(device.disconnect());
      assertTrue(device.connect().sessionPresent());
      peer.publishAndWait(Message.to(topic).payload("last").qos(qos).build(), PATIENCE);
      assertEquals("last", inbox.next().payloadText());
      assertEquals(5, device.counters().inbound().received());
    } finally {
      released.countDown();
    }
  }

  @ParameterizedTest
  @EnumSource
  void handlerThatThrows_hearsOfEachMessageOnce_andOfTheNextOnes(Qos qos) throws Exception {
    String topic = topic("meter-13");
    try (SecureMqttClient peer = peer("peer-13").build();
        SecureMqttClient device = device("meter-13", port()).build()) {
      peer.connect();
      device.connect();
      get(
          device.subscribe(
              topic,
              SubscribeOptions.DEFAULT.withQos(qos),
              message -> {
                throw new IllegalStateException("a fault in the application");
              }));
      for (int i = 1; i <= 3; i++) {
        peer.publishAndWait(Message.to(topic).payload("" + i).qos(qos).build(), PATIENCE);
      }
      awaitInbound(device, counters -> counters.handlerFailures() == 3);
      assertEquals(3, device.counters().inbound().received());
    }
  }

  private static void awaitInbound(SecureMqttClient client, Predicate<InboundCounters> condition) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.test(client.counters().inbound())) {
      assertTrue(System.nanoTime() - until < 0, client.counters().toString());
      Thread.onSpinWait();
    }
  }

  @Test
  void session_ofAnEarlierRun_isTakenOverWithWhatWaited() throws Exception {
    String topic = topic("meter-11");
    Inbox inbox = new Inbox();
    try (SecureMqttClient peer = peer("peer-11").build()) {
      peer.connect();
      try (SecureMqttClient earlier = device("meter-11", port()).build()) {
        earlier.connect();
        get(earlier.subscribe(topic, inbox));
      }
      peer.publishAndWait(Message.of(topic, "waited"), PATIENCE);
      try (SecureMqttClient later = device("meter-11", port()).cleanStart(false).build()) {
        var subscribed = later.subscribe(topic, inbox);

        assertTrue(later.connect().sessionPresent());

        get(subscribed);
        assertEquals("waited", inbox.next().payloadText());
      }
    }
  }

  @Test
  void session_ofAnEarlierRun_whatWaitedGoesToTheHandlerOfTheUnsolicited() throws Exception {
    String topic = topic("meter-21");
    Inbox inbox = new Inbox();
    try (SecureMqttClient peer = peer("peer-21").build()) {
      peer.connect();
      try (SecureMqttClient earlier = device("meter-21", port()).build()) {
        earlier.connect();
        get(earlier.subscribe(topic, message -> {}));
      }
      peer.publishAndWait(Message.of(topic, "waited"), PATIENCE);
      try (SecureMqttClient later =
          device("meter-21", port()).cleanStart(false).unsolicited(inbox).build()) {
        assertTrue(later.connect().sessionPresent());
        assertEquals("waited", inbox.next().payloadText());
        get(later.unsubscribe(topic));
      }
    }
  }

  @Test
  void stranger_isRefusedWithTheBrokersReason() {
    try (SecureMqttClient stranger = stranger("meter-9").build()) {
      BrokerRefusalException refusal =
          assertThrows(BrokerRefusalException.class, stranger::connect);

      assertTrue(
          refusal.reasonCode() == ReasonCode.NOT_AUTHORIZED
              || refusal.reasonCode() == ReasonCode.BAD_USER_NAME_OR_PASSWORD,
          refusal::toString);
      assertFalse(refusal.retryable());
    }
  }

  static String unique(String prefix) {
    return prefix + "/" + UUID.randomUUID();
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, SECONDS);
  }
}
