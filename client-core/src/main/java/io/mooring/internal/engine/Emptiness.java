package io.mooring.internal.engine;

import io.mooring.error.MooringException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Who waits until nothing is left to be delivered. Confined to the event loop. */
final class Emptiness {
  private final Receipts receipts;
  private final BooleanSupplier isEmpty;
  private List<CompletableFuture<Void>> waiting = new ArrayList<>();

  Emptiness(Receipts receipts, BooleanSupplier isEmpty) {
    this.receipts = receipts;
    this.isEmpty = isEmpty;
  }

  /** Completes {@code done} now, or as soon as nothing is left. */
  void await(CompletableFuture<Void> done) {
    waiting.add(done);
    look();
  }

  /** A message was settled. */
  void look() {
    if (!waiting.isEmpty() && isEmpty.getAsBoolean()) {
      take().forEach(done -> receipts.add(() -> done.complete(null)));
    }
  }

  /** What is left is not delivered any more. */
  void end(MooringException cause) {
    take().forEach(done -> receipts.add(() -> done.completeExceptionally(cause)));
  }

  private List<CompletableFuture<Void>> take() {
    List<CompletableFuture<Void>> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }
}
