package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.OutboundCounters;
import io.mooring.error.MessageDroppedException;
import io.mooring.error.QueueFullException;
import io.mooring.internal.outbox.MemoryFiles;
import io.mooring.internal.session.ModelBroker;
import io.mooring.outbox.Outbox;
import io.mooring.outbox.Overflow;
import io.mooring.testkit.MqttPacket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboxOverflowTest {
  private static final Outbox FIVE = Outbox.in(Path.of("/outbox")).atMost(5, 65_536);

  private final MemoryFiles disk = new MemoryFiles();
  private final ModelBroker broker = new ModelBroker(2);
  private final List<PendingPublish> published = new ArrayList<>();

  private ModelDevice device(Overflow policy) {
    return device(FIVE.onOverflow(policy));
  }

  private ModelDevice device(Outbox settings) {
    return new ModelDevice(settings, disk, 10);
  }

  private void publish(ModelDevice device, int count) {
    for (int i = 0; i < count; i++) {
      published.add(device.publish(Message.of("q1-" + published.size(), "x")));
      device.rest();
    }
  }

  private static @Nullable Throwable failure(java.util.concurrent.CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().getNow(null);
      return null;
    } catch (CompletionException e) {
      return e.getCause();
    }
  }

  /** Delivers until nothing is left. */
  private void drain(ModelDevice device) {
    if (!device.isConnected()) {
      device.connect();
    }
    while (!device.isDone() || !broker.out.isEmpty()) {
      device.rest();
      for (MqttPacket packet : device.sent()) {
        broker.receive(packet);
      }
      if (!broker.out.isEmpty()) {
        device.receive(broker.out.remove());
      }
    }
  }

  private static List<String> topics(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "q1-" + i).toList();
  }

  @Test
  void reject_throwsAtPublish_andKeepsWhatWasAccepted() {
    ModelDevice device = device(Overflow.REJECT);
    publish(device, 5);
    QueueFullException full =
        assertThrows(QueueFullException.class, () -> device.publish(Message.of("one", "more")));
    assertTrue(full.getMessage().startsWith("The outbox is full: 5 of 5 messages"));
    drain(device);
    assertEquals(topics(0, 5), broker.arrived);
    publish(device, 1);
  }

  @ParameterizedTest
  @EnumSource
  void publish_thatFailsForWantOfMemory_givesItsRoomBack(Overflow policy) {
    ModelDevice device = device(policy);
    publish(device, 4);
    device.shortages = 3;
    for (int i = 0; i < 3; i++) {
      assertThrows(InternalError.class, () -> device.publish(Message.of("lost", "x")));
    }
    int looks = device.looks;
    device.rest();
    assertEquals(looks + 3, device.looks, "drained() may wait for just this room");
    publish(device, 1);
    assertEquals(5, device.outgoing.pending());
    drain(device);
    assertEquals(topics(0, 5), broker.arrived);
    assertEquals(new OutboundCounters(0, 5, 5, 0, 0, 0, 0, 0), device.tally.snapshot());
  }

  @Test
  void dropNewest_failsBothStages_counts_andKeepsWhatWasAccepted() {
    ModelDevice device = device(Overflow.DROP_NEWEST);
    publish(device, 8);
    for (PendingPublish dropped : published.subList(5, 8)) {
      assertInstanceOf(MessageDroppedException.class, failure(dropped.accepted()));
      assertInstanceOf(MessageDroppedException.class, failure(dropped.delivered()));
    }
    drain(device);
    assertEquals(topics(0, 5), broker.arrived);
    assertEquals(new OutboundCounters(0, 5, 5, 0, 0, 3, 0, 0), device.tally.snapshot());
  }

  @Test
  void dropOldest_keepsTheNewest_failsWhatItDrops_counts() {
    ModelDevice device = device(Overflow.DROP_OLDEST);
    publish(device, 300);
    assertEquals(null, failure(published.get(0).accepted()));
    for (PendingPublish dropped : published.subList(0, 295)) {
      assertInstanceOf(MessageDroppedException.class, failure(dropped.delivered()));
    }
    drain(device);
    assertEquals(topics(295, 300), broker.arrived);
    assertEquals(new OutboundCounters(0, 300, 5, 0, 295, 0, 0, 0), device.tally.snapshot());
  }

  @Test
  void dropOldest_moreOnDiskThanTheHeapHolds_dropsWhatItHasToReadFirst() {
    ModelDevice before = device(FIVE.atMost(1_000, 1 << 20));
    publish(before, 500);
    ModelDevice device = new ModelDevice(FIVE.onOverflow(Overflow.DROP_OLDEST), disk.copy(), 10);
    publish(device, 1);
    drain(device);
    assertEquals(topics(496, 501), broker.arrived);
    assertEquals(new OutboundCounters(500, 1, 5, 0, 496, 0, 0, 0), device.tally.snapshot());
  }

  @Test
  void dropOldest_neverDropsWhatIsInFlight() {
    ModelDevice device = device(Overflow.DROP_OLDEST);
    device.connect();
    device.sent().forEach(broker::receive);
    device.receive(broker.out.remove());
    device.rest();
    device.sent();
    publish(device, 10);
    assertEquals(2, device.state.inFlight());
    device.cut();
    drain(device);
    assertEquals(List.of("q1-0", "q1-1", "q1-7", "q1-8", "q1-9"), broker.arrived);
  }

  @Test
  void dropOldest_messageThatNeverFits_isRefused() {
    ModelDevice device = device(Overflow.DROP_OLDEST);
    publish(device, 1);
    Message huge = Message.to("huge").payload(new byte[70_000]).build();
    assertThrows(QueueFullException.class, () -> device.publish(huge));
    drain(device);
    assertEquals(topics(0, 1), broker.arrived);
  }
}
