package io.mooring.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.testkit.FaultProxy;
import io.mooring.testkit.MosquittoProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A device behind a link that breaks in every way it can, again and again: nothing is lost, QoS 2
 * comes once, the order stays, and the device grows in nothing.
 */
@Tag("faults")
@Timeout(600)
class LinkFaultsTest {
  private static final String TOPIC = "plant/7/meter-0042/telemetry";

  /** What one connection takes in each direction, handshake and a burst, is below these. */
  private static final int CLIENT_BYTES = 2_600;

  private static final int SERVER_BYTES = 3_600;

  private static MosquittoProcess broker;
  private static SecureMqttClient subscriber;

  private final Ledger ledger = new Ledger();
  private final List<String> delivered = new ArrayList<>();
  private FaultProxy proxy;
  private SecureMqttClient device;
  private long next;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = Clients.broker();
    subscriber =
        Clients.at(broker.port(), broker.identity(), "ledger").keepAlive(Duration.ZERO).build();
    subscriber.connect();
  }

  @AfterAll
  static void stopBroker() throws Exception {
    subscriber.close();
    broker.close();
  }

  @BeforeEach
  void start() throws Exception {
    proxy = FaultProxy.to(broker.port());
    subscriber
        .subscribe(TOPIC, SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE), ledger)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    device =
        Clients.at(proxy.port(), broker.identity(), "meter-0042")
            .keepAlive(Duration.ofSeconds(1))
            .build();
    device.start();
    device.awaitConnected(Duration.ofSeconds(10));
  }

  @AfterEach
  void stop() throws Exception {
    device.close();
    proxy.close();
    subscriber.unsubscribe(TOPIC).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void reset_afterEveryByteToTheBroker_losesNothing() throws Exception {
    everyOffset(CLIENT_BYTES, proxy::resetAfterClientBytes);
  }

  @Test
  void reset_afterEveryByteFromTheBroker_losesNothing() throws Exception {
    everyOffset(SERVER_BYTES, proxy::resetAfterServerBytes);
  }

  @Test
  void bitFlip_atEveryByteToTheBroker_losesNothing() throws Exception {
    everyOffset(CLIENT_BYTES, proxy::corruptClientByte);
  }

  @Test
  void bitFlip_atEveryByteFromTheBroker_losesNothing() throws Exception {
    everyOffset(SERVER_BYTES, proxy::corruptServerByte);
  }

  /**
   * Each offset once in the long form; in the short one every 17th, on a new connection every other
   * time, so that the offset counts from the first byte of TLS as well as from the live session.
   */
  private void everyOffset(int bytes, IntConsumer fault) throws Exception {
    int step = Clients.isLong() ? 1 : 17;
    boolean fresh = false;
    for (int offset = 1; offset <= bytes; offset += step) {
      fresh = !fresh;
      if (fresh) {
        proxy.reset();
      }
      fault.accept(offset);
      burst(4);
    }
    check();
  }

  @Test
  void halfOpen_isFoundAndLeft_losesNothing() throws Exception {
    for (int round = 0; round < (Clients.isLong() ? 20 : 3); round++) {
      proxy.stall();
      List<CompletableFuture<PublishReceipt>> waiting = publish(6);
      // The keep alive of 1 s ends it: a new attempt hangs in the stalled proxy as well.
      awaitConnections(proxy.connections() + 1);
      proxy.resume();
      await(waiting);
    }
    check();
  }

  @Test
  void trickle_slowerThanTheMessages_losesNothing() throws Exception {
    proxy.trickle(7);
    burst(200);
    proxy.trickle(0);
    check();
  }

  @Test
  void networkAway_andBack_losesNothing() throws Exception {
    for (int round = 0; round < (Clients.isLong() ? 200 : 20); round++) {
      proxy.refuse();
      proxy.reset();
      List<CompletableFuture<PublishReceipt>> waiting = publish(10);
      proxy.accepting();
      await(waiting);
    }
    check();
  }

  @Test
  void brokerRestartedFiftyTimes_losesNothing_andNothingGrows() throws Exception {
    burst(10);
    restart();
    burst(10);
    int threads = Thread.activeCount();
    long descriptors = descriptors();
    long heap = heapInUse();
    for (int round = 0; round < 50; round++) {
      List<CompletableFuture<PublishReceipt>> waiting = publish(10);
      restart();
      waiting.addAll(publish(10));
      await(waiting);
    }
    check();
    assertTrue(Thread.activeCount() <= threads + 3, () -> "threads: " + threads);
    assertTrue(descriptors() <= descriptors + 5, () -> "descriptors before: " + descriptors);
    long grown = heapInUse() - heap;
    assertTrue(grown < 4 * 1024 * 1024, () -> "heap grew by " + grown + " bytes");
  }

  private static void restart() throws IOException, InterruptedException {
    broker.restart();
  }

  // --- traffic ----------------------------------------------------------------------------------

  private void burst(int messages) throws Exception {
    await(publish(messages));
  }

  private List<CompletableFuture<PublishReceipt>> publish(int messages) {
    List<CompletableFuture<PublishReceipt>> receipts = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      Qos qos = i % 2 == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
      String entry = Ledger.entry(qos, ++next);
      delivered.add(entry);
      receipts.add(
          device
              .publish(Message.to(TOPIC).payload(entry).qos(qos).build())
              .delivered()
              .toCompletableFuture());
    }
    return receipts;
  }

  private static void await(List<CompletableFuture<PublishReceipt>> receipts) throws Exception {
    CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
  }

  private void check() throws InterruptedException {
    ledger.await(delivered);
    ledger.assertOnceAndInOrder();
    System.out.printf(
        "%d messages over %d connections; %d came more than once, all of QoS 1%n",
        delivered.size(), proxy.connections(), ledger.repeated());
  }

  private void awaitConnections(int wanted) {
    Awaitility.await("a new attempt instead of the dead connection")
        .atMost(Duration.ofSeconds(20))
        .until(() -> proxy.connections() >= wanted);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private static long heapInUse() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
