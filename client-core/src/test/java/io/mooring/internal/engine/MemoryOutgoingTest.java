package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.OutboundCounters;
import io.mooring.internal.net.Lane;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** Where memory runs out; JUnit would not survive an OutOfMemoryError. */
class MemoryOutgoingTest {
  private static final Message MESSAGE = Message.of("a", "x");

  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final OutboundTally tally = new OutboundTally(Telemetry.silent());
  private final Receipts receipts = new Receipts(new Lane(Runnable::run), () -> {});
  private int shortages;
  private int brokenWakeUps;
  private int looks;
  private final MemoryOutgoing outgoing =
      new MemoryOutgoing(
          new QueueBounds(2, 1_024, QueueBounds.Words.FOR_BROKER),
          this::execute,
          this::nanos,
          new Calls(loop::add, receipts),
          receipts,
          tally,
          () -> looks++,
          () -> {});

  private void execute(Runnable task) {
    if (brokenWakeUps > 0) {
      brokenWakeUps--;
      throw new InternalError("Java heap space");
    }
    loop.add(task);
  }

  private long nanos() {
    if (shortages > 0) {
      shortages--;
      throw new InternalError("Java heap space");
    }
    return 0;
  }

  private void publish() {
    outgoing.publish(MESSAGE, PendingPublish.withStages());
  }

  private void runLoop() {
    for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
      task.run();
    }
  }

  @Test
  void publish_thatFailsBeforeItWaits_givesItsRoomBack_andHasEmptinessLookedAt() {
    shortages = 3;
    for (int i = 0; i < 3; i++) {
      assertThrows(InternalError.class, this::publish);
    }
    runLoop();
    assertTrue(outgoing.isEmpty());
    assertEquals(3, looks);
    assertEquals(new OutboundCounters(0, 0, 0, 0, 0, 0, 0, 0), tally.snapshot());
    publish();
    publish();
    runLoop();
    assertEquals(2, outgoing.queue().size());
  }

  @Test
  void publish_thatFailsOnceItWaits_keepsItsRoom_andGoesWithTheNext() {
    brokenWakeUps = 1;
    assertThrows(InternalError.class, this::publish);
    assertEquals(1, outgoing.pending());
    publish();
    runLoop();
    assertEquals(2, outgoing.queue().size());
    assertEquals(2, outgoing.pending());
    assertEquals(new OutboundCounters(0, 2, 0, 0, 0, 0, 0, 2), tally.snapshot());
  }
}
