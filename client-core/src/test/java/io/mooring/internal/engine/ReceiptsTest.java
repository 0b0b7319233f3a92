package io.mooring.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.mooring.error.ClientClosedException;
import io.mooring.internal.net.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
  private final Queue<Runnable> handedOver = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private int flushesDue;
  private final Receipts receipts = new Receipts(new Lane(handedOver::add), () -> flushesDue++);

  @Test
  void callback_neverRunsHere() {
    receipts.add(() -> told.add("callback"));
    receipts.flush();
    assertEquals(List.of(), told);
    handedOver.remove().run();
    assertEquals(List.of("callback"), told);
  }

  @Test
  void oneThreadThatWaits_isWokenHere() {
    receipts.wake(() -> told.add("woken"));
    assertEquals(1, flushesDue);
    receipts.flush();
    assertEquals(List.of("woken"), told);
    assertEquals(0, handedOver.size());
  }

  @Test
  void threadBesideCallback_waitsItsTurn_soThatTheCallbackStaysOffTheLoop() {
    receipts.wake(() -> told.add("woken"));
    receipts.add(() -> told.add("callback"));
    receipts.flush();
    assertEquals(List.of(), told);
    handedOver.remove().run();
    assertEquals(List.of("woken", "callback"), told);
  }

  @Test
  void manyThreads_areWokenByTheLane_sinceEachHoldsTheLoopUp() {
    for (int i = 0; i < 3; i++) {
      receipts.wake(() -> told.add("woken"));
    }
    receipts.flush();
    assertEquals(List.of(), told);
    handedOver.remove().run();
    assertEquals(3, told.size());
  }

  @Test
  void turns_doNotAddUp() {
    for (int i = 1; i <= 5; i++) {
      receipts.wake(() -> told.add("woken"));
      receipts.flush();
      assertEquals(i, told.size());
      assertEquals(i, flushesDue);
    }
    receipts.add(() -> told.add("callback"));
    receipts.flush();
    assertEquals(5, told.size());
    assertEquals(6, flushesDue);
  }

  @Test
  void stagesOfAPublication_neverCompleteHere_aThreadsReceiptDoes() throws Exception {
    Thread here = Thread.currentThread();
    CompletableFuture<Thread> completedBy = new CompletableFuture<>();
    Receipts onThreads = new Receipts(new Lane(null), () -> {});
    PendingPublish staged = PendingPublish.withStages();
    staged
        .delivered()
        .whenComplete((receipt, failure) -> completedBy.complete(Thread.currentThread()));
    staged.fail(new ClientClosedException("Over."), onThreads);
    onThreads.flush();
    assertNotSame(here, completedBy.get(10, TimeUnit.SECONDS));

    PendingPublish awaited = PendingPublish.waitedFor();
    CompletableFuture<Thread> wokenBy = new CompletableFuture<>();
    awaited.receipt().whenComplete((receipt, failure) -> wokenBy.complete(Thread.currentThread()));
    awaited.fail(new ClientClosedException("Over."), onThreads);
    onThreads.flush();
    assertSame(here, wokenBy.get(10, TimeUnit.SECONDS));
  }
}
