package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.internal.net.Lane;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PublicationsTest {
  private final Publications publications = new Publications();

  @Test
  void droppedByTheApplication_isForgotten() {
    for (long id = 1; id <= 1_000; id++) {
      publications.add(id, PendingPublish.withStages());
    }
    PendingPublish kept = PendingPublish.withStages();
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              publications.add(2_000, kept); // forgets those that were collected
              return publications.size() == 1;
            });
    assertSame(kept, publications.take(2_000));
  }

  @Test
  void deliveredStageAlone_isStillCompleted() throws Exception {
    CompletionStage<PublishReceipt> before = addAwaitedBefore(1);
    CompletionStage<PublishReceipt> after = addAwaitedAfter(2);
    for (long id = 3; id <= 1_000; id++) {
      publications.add(id, PendingPublish.withStages());
    }
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              publications.add(1_000, PendingPublish.withStages());
              return publications.size() <= 3;
            });
    PublishReceipt receipt =
        new PublishReceipt("a", Qos.AT_LEAST_ONCE, ReasonCode.SUCCESS, null, List.of());
    Receipts receipts = new Receipts(new Lane(Runnable::run), () -> {});
    for (long id = 1; id <= 2; id++) {
      PendingPublish pending = publications.take(id);
      assertNotNull(pending);
      pending.deliver(receipt, receipts);
    }
    receipts.flush();
    assertSame(receipt, before.toCompletableFuture().get(1, TimeUnit.SECONDS));
    assertSame(receipt, after.toCompletableFuture().get(1, TimeUnit.SECONDS));
  }

  /** As an application that chains on the stage at once, before the disk has the message. */
  private CompletionStage<PublishReceipt> addAwaitedBefore(long id) {
    PendingPublish pending = PendingPublish.withStages();
    CompletionStage<PublishReceipt> stage = pending.delivered();
    publications.add(id, pending);
    return stage;
  }

  private CompletionStage<PublishReceipt> addAwaitedAfter(long id) {
    PendingPublish pending = PendingPublish.withStages();
    publications.add(id, pending);
    return pending.delivered();
  }

  @Test
  void range_isTakenWithoutItsLowerEnd() {
    List<PendingPublish> all = List.of(PendingPublish.withStages(), PendingPublish.withStages());
    publications.add(1, all.get(0));
    publications.add(2, all.get(1));
    assertEquals(List.of(all.get(1)), publications.take(1, 2));
    assertNull(publications.take(2));
    assertTrue(publications.take(5, 4).isEmpty());
    assertSame(all.get(0), publications.take(1));
  }
}
