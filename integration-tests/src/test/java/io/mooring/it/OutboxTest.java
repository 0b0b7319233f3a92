package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.Message;
import io.mooring.Publication;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.ClientClosedException;
import io.mooring.error.MessageExpiredException;
import io.mooring.error.OutboxException;
import io.mooring.error.QueueFullException;
import io.mooring.identity.Secret;
import io.mooring.outbox.Outbox;
import io.mooring.testkit.MosquittoProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device with an outbox: what it accepted outlives the process, the broker and the link. */
@Timeout(120)
class OutboxTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static MosquittoProcess broker;

  @TempDir private Path folder;
  private String id;

  @BeforeAll
  static void start() throws Exception {
    broker =
        MosquittoProcess.builder().user("meter", "secret").option("max_queued_messages 0").start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void name(TestInfo test) {
    id = test.getTestMethod().orElseThrow().getName();
  }

  private ClientBuilder device() {
    return Devices.at(broker.port(), broker.identity())
        .clientId(id)
        .authenticate(PasswordAuthentication.of("meter", Secret.of("secret".toCharArray())));
  }

  private ClientBuilder withOutbox() {
    return device().outbox(Outbox.in(folder.resolve("outbox")));
  }

  /** A peer that hears what the device publishes. */
  private SecureMqttClient listening(Inbox inbox) throws Exception {
    SecureMqttClient peer = device().clientId(id + "-peer").build();
    peer.subscribe(id + "/#", SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE), inbox);
    peer.connect();
    return peer;
  }

  private Message message(int number) {
    return Message.to(id + "/m")
        .qos(number % 2 == 0 ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE)
        .payload(Integer.toString(number))
        .build();
  }

  private static SecureMqttClient connected(SecureMqttClient device) {
    device.connect();
    return device;
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, SECONDS);
  }

  @Test
  void publishedOffline_closed_openedAgain_isDeliveredInOrder() throws Exception {
    List<Publication> left = new ArrayList<>();
    try (SecureMqttClient device = withOutbox().build()) {
      for (int i = 0; i < 300; i++) {
        left.add(device.publish(message(i)));
      }
      for (Publication each : left) {
        get(each.accepted());
      }
    }
    ExecutionException closed =
        assertThrows(ExecutionException.class, () -> get(left.get(0).delivered()));
    assertInstanceOf(ClientClosedException.class, closed.getCause());
    assertTrue(closed.getMessage().contains("stays in the outbox"), closed.getMessage());
    Inbox inbox = new Inbox();
    try (SecureMqttClient peer = listening(inbox);
        SecureMqttClient device = withOutbox().build()) {
      assertEquals(300, Objects.requireNonNull(device.outboxRecovery()).messages());
      device.connect();
      get(device.drained());
      // A broker may pass QoS 1 on at PUBLISH and QoS 2 at PUBREL, so order is per QoS.
      List<List<Integer>> byQos = List.of(new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < 300; i++) {
        int number = Integer.parseInt(inbox.next().payloadText());
        byQos.get(number % 2).add(number);
      }
      for (int odd = 0; odd < 2; odd++) {
        List<Integer> wanted = IntStream.iterate(odd, n -> n < 300, n -> n + 2).boxed().toList();
        assertEquals(wanted, byQos.get(odd));
      }
      get(peer.disconnect());
    }
    assertEquals(List.of(), Outbox.in(folder.resolve("outbox")).inspect().entries());
  }

  @Test
  void subscription_andSession_areResumedAfterARestart() throws Exception {
    Inbox inbox = new Inbox();
    try (SecureMqttClient device = withOutbox().build()) {
      get(connected(device).subscribe(id + "/command", new Inbox()));
    }
    try (SecureMqttClient peer = device().clientId(id + "-peer").build()) {
      connected(peer).publishAndWait(Message.of(id + "/command", "while away"), PATIENCE);
    }
    try (SecureMqttClient device = withOutbox().build()) {
      device.subscribe(id + "/command", inbox);
      assertTrue(device.connect().sessionPresent());
      assertEquals("while away", inbox.next().payloadText());
    }
  }

  @Test
  void cleanStartOnPurpose_givesUpTheSession_butNoMessage() throws Exception {
    try (SecureMqttClient device = withOutbox().build()) {
      connected(device);
      get(device.disconnect());
      get(device.publish(message(2)).accepted());
    }
    try (SecureMqttClient device = withOutbox().cleanStart(true).build()) {
      assertFalse(device.connect().sessionPresent());
      get(device.drained());
    }
  }

  @Test
  void clientIdLeftOut_isMadeOnce_andKept() throws Exception {
    String first;
    try (SecureMqttClient device = withOutbox().clientId("").build()) {
      first = device.connect().clientId();
    }
    try (SecureMqttClient device = withOutbox().clientId("").build()) {
      assertEquals(first, device.connect().clientId());
    }
  }

  @Test
  void bounds_reached_refuseAtPublish_andGiveRoomOnceDelivered() throws Exception {
    Outbox small = Outbox.in(folder.resolve("outbox")).atMost(3, 65_536);
    try (SecureMqttClient device = device().outbox(small).build()) {
      for (int i = 0; i < 3; i++) {
        get(device.publish(message(i)).accepted());
      }
      QueueFullException full =
          assertThrows(QueueFullException.class, () -> device.publish(message(3)));
      assertTrue(full.getMessage().startsWith("The outbox is full: 3 of 3 messages"));
      connected(device);
      get(device.drained());
      get(device.publish(message(4)).delivered());
    }
  }

  @Test
  void twoClients_oneFolder_secondIsRefusedAtBuild() {
    try (SecureMqttClient device = withOutbox().build()) {
      OutboxException refused = assertThrows(OutboxException.class, () -> withOutbox().build());
      assertEquals(OutboxException.Reason.LOCKED, refused.reason());
      device.publish(message(1));
    }
    withOutbox().build().close();
  }

  @Test
  void sessionExpiryOfZero_isRefusedAtBuild() {
    assertThrows(
        IllegalStateException.class, () -> withOutbox().sessionExpiry(Duration.ZERO).build());
  }

  @Test
  void qos0_goesPastTheOutbox() throws Exception {
    Inbox inbox = new Inbox();
    try (SecureMqttClient peer = listening(inbox);
        SecureMqttClient device = withOutbox().build()) {
      Message light = Message.to(id + "/m").qos(Qos.AT_MOST_ONCE).payload("now").build();
      get(device.publish(light).accepted());
      connected(device);
      assertEquals("now", inbox.next().payloadText());
      get(peer.disconnect());
    }
  }

  @Test
  void messageExpiry_countsTheTimeInTheOutbox() throws Exception {
    Message shortLived = Message.to(id + "/m").payload("old").expiry(Duration.ofSeconds(1)).build();
    try (SecureMqttClient device = withOutbox().build()) {
      Publication publication = device.publish(shortLived);
      get(publication.accepted());
      Awaitility.await().pollDelay(Duration.ofMillis(1_200)).until(() -> true);
      connected(device);
      ExecutionException expired =
          assertThrows(ExecutionException.class, () -> get(publication.delivered()));
      assertInstanceOf(MessageExpiredException.class, expired.getCause());
    }
  }

  @Test
  void manyCallers_shareTheFlushes() throws Exception {
    int callers = 64;
    int each = 100;
    Outbox outbox = Outbox.in(folder.resolve("outbox"));
    try (SecureMqttClient device = device().outbox(outbox).build()) {
      AtomicInteger accepted = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      long start = System.nanoTime();
      for (int caller = 0; caller < callers; caller++) {
        threads.add(
            new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    device.publish(message(i)).accepted().toCompletableFuture().join();
                    accepted.incrementAndGet();
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertEquals(callers * each, accepted.get());
      System.out.println(
          "outbox: "
              + callers * each
              + " durable messages of "
              + callers
              + " callers in "
              + millis
              + " ms");
    }
    assertEquals(callers * each, outbox.inspect().messages());
  }
}
