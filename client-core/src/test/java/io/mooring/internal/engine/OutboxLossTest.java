package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.internal.outbox.MemoryFiles;
import io.mooring.internal.session.ModelBroker;
import io.mooring.outbox.Outbox;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that become unreadable: what is lost is counted once, and nothing else is lost by it. */
class OutboxLossTest {
  private static final Outbox SETTINGS = Outbox.in(Path.of("/outbox"));

  /** As many restarts as the log keeps segments apart; with the next it joins them. */
  private static final int SEGMENTS = 128;

  private final Logger log = Logger.getLogger("io.mooring");
  private final ModelBroker broker = new ModelBroker(10);
  private final List<MqttPacket> sent = new ArrayList<>();
  private MemoryFiles disk = new MemoryFiles();
  private ModelDevice device = new ModelDevice(SETTINGS, disk, 10);

  @BeforeEach
  void silence() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    log.setLevel(null);
  }

  private PendingPublish publish(String topic, Qos qos) {
    PendingPublish pending = device.publish(Message.to(topic).qos(qos).payload("x").build());
    device.rest();
    return pending;
  }

  private void restart() {
    device.rest();
    disk = disk.copy();
    device = new ModelDevice(SETTINGS, disk, 10);
  }

  private void connect() {
    broker.cut();
    device.connect();
    exchange();
  }

  /** What both have to say to each other, until neither has anything more. */
  private void exchange() {
    device.rest();
    List<MqttPacket> some = device.sent();
    while (!some.isEmpty() || !broker.out.isEmpty()) {
      sent.addAll(some);
      some.forEach(broker::receive);
      if (!broker.out.isEmpty()) {
        device.receive(broker.out.remove());
        device.rest();
      }
      some = device.sent();
    }
  }

  /** The broker took {@code topic} over, and no answer came back before the process ended. */
  private int inFlightWhenTheProcessEnds(String topic) {
    connect();
    publish(topic, Qos.EXACTLY_ONCE);
    device.rest();
    int packetId = 0;
    for (MqttPacket packet : device.sent()) {
      broker.receive(packet);
      packetId = ((MqttPacket.Publish) packet).packetId();
    }
    device.rest();
    return packetId;
  }

  @Test
  void damagedInFlight_isReleased_andNoOtherMessageGetsItsIdentifier() {
    int packetId = inFlightWhenTheProcessEnds("q2-lost");
    disk.damage("q2-lost");
    restart();
    assertEquals(0, device.outgoing.pending());
    PendingPublish next = publish("q2-next", Qos.EXACTLY_ONCE);
    sent.clear();
    connect();
    MqttPacket.Ack release = (MqttPacket.Ack) sent.get(1);
    assertEquals(MqttType.PUBREL, release.type());
    assertEquals(packetId, release.packetId());
    MqttPacket.Publish publish = (MqttPacket.Publish) sent.get(2);
    assertTrue(publish.packetId() != packetId, "the identifier was used for two messages");
    assertEquals(List.of("q2-lost", "q2-next"), broker.arrived);
    assertTrue(next.delivered().toCompletableFuture().isDone());
    assertTrue(broker.isIdle());
    assertTrue(device.isDone());
    assertEquals(1, device.tally.snapshot().delivered());
    restart();
    sent.clear();
    connect();
    assertEquals(1, sent.size(), () -> "something was left to be done: " + sent);
  }

  @Test
  void damagedInFlight_brokerLostTheSession_isOver() {
    inFlightWhenTheProcessEnds("q2-lost");
    disk.damage("q2-lost");
    restart();
    broker.loseSession();
    sent.clear();
    connect();
    assertEquals(1, sent.size(), sent::toString);
    assertTrue(device.isDone());
    assertEquals(0, device.tally.snapshot().delivered());
  }

  @Test
  void lostInCompaction_isGivenBackOnce_andWhatTheHeapHoldsIsDelivered() {
    int published = 0;
    for (int life = 0; life < SEGMENTS; life++) {
      for (int i = 0; i < 3; i++) {
        publish("m-" + published++ + ".", Qos.AT_LEAST_ONCE);
      }
      restart();
    }
    device.rest();
    disk.damage("m-5."); // in the window
    disk.damage("m-100."); // behind it
    publish("m-" + published++ + ".", Qos.AT_LEAST_ONCE);
    assertEquals(published - 1, device.outgoing.pending());
    assertEquals(1, device.tally.snapshot().failed());
    connect();
    assertTrue(device.isDone());
    assertEquals(0, device.outgoing.pending());
    assertEquals(published - 1, broker.arrived.size());
    assertTrue(broker.arrived.contains("m-5."));
    assertFalse(broker.arrived.contains("m-100."));
  }
}
